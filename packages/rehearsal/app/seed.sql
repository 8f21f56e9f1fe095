-- Production-like data for v2. seed.sql.ts sets the variables before this: tables by shape, counts by size.
\set ON_ERROR_STOP on
SET max_parallel_workers_per_gather = 0;
SET timezone = 'UTC';
BEGIN;
SELECT setseed(0.1001) \g /dev/null

-- A key that looks like a cuid and follows from what it numbers, so that rows can name each other.
CREATE FUNCTION pg_temp.key(kind text, n bigint) RETURNS text IMMUTABLE LANGUAGE sql
AS $$ SELECT 'c' || substr(md5(kind || n), 1, 24) $$;

-- One of 1 to n, the same chance for each.
CREATE FUNCTION pg_temp.one_of(n bigint) RETURNS bigint LANGUAGE sql
AS $$ SELECT 1 + floor(random() * n)::bigint $$;

-- A moment in the two years before the plan was written.
CREATE FUNCTION pg_temp.moment() RETURNS timestamp(3) LANGUAGE sql
AS $$ SELECT timestamp '2023-09-05' + random() * interval '730 days' $$;

CREATE TEMP TABLE word AS
SELECT string_to_array(
  'the the the a a an and and but so then when while because until before after once with without under over near '
  'river mountain forest village market school garden island harbour desert lantern kite drum basket blanket story '
  'letter seed mango tree boat bridge rain wind star moon sun morning evening winter harvest festival grandmother '
  'brother sister teacher fisherman weaver baker traveller child elephant tortoise sparrow lion mouse goat crane '
  'Amina João Łucja Nuru Mei Søren 하나 小明 Zoë Tomás walked ran sang whispered laughed wondered carried planted found '
  'lost shared learned remembered promised built opened followed waited listened returned small bright quiet brave '
  'curious gentle golden hungry tired kind clever hidden ancient busy slowly quickly together always never again '
  'home far away there here her his their its every another many three seven "hello" don''t ever 1001 \\o/',
  ' ') AS list;

CREATE TEMP TABLE paragraph AS
SELECT p AS n,
  string_agg(CASE w % 11 WHEN 1 THEN initcap(text) WHEN 0 THEN text || '.' ELSE text END, ' ' ORDER BY w) AS text
FROM (SELECT p, w, list[pg_temp.one_of(cardinality(list))] AS text
      FROM word, generate_series(1, 1500) p, generate_series(1, 88) w) drawn
GROUP BY p;
CREATE INDEX ON paragraph (n);

-- The three persons whom checks sign in as; then everybody else.
INSERT INTO :user (id, email, name, role, "emailVerified", organization, preferences, "createdAt", "updatedAt")
SELECT pg_temp.key('user', n), email, name, role::"Role", joined, organization, preferences::jsonb, joined, joined
FROM (VALUES
  (1, 'admin@1001stories.test', 'Ada Admin', 'ADMIN', NULL, '{"letters": false}'),
  (2, 'teacher@1001stories.test', 'Tariq Teacher', 'TEACHER', 'Hilltop School', '{}'),
  (3, 'learner@1001stories.test', 'Lena Learner', 'LEARNER', NULL, '{"language": "ko"}')
) person (n, email, name, role, organization, preferences), (SELECT timestamp '2023-09-01' AS joined) first_day;

INSERT INTO :user (id, email, name, role, "emailVerified", organization, preferences, "createdAt", "updatedAt")
SELECT pg_temp.key('user', n), 'reader' || n || '@example.org',
  CASE WHEN n % 50 <> 0 THEN initcap(list[pg_temp.one_of(cardinality(list))]) || ' '
    || (ARRAY['O''Neill', 'Kim', 'Nguyễn', 'da Silva', 'Müller', 'Okafor'])[pg_temp.one_of(6)] END,
  (CASE WHEN n % 400 = 0 THEN 'ADMIN' WHEN n % 33 = 0 THEN 'INSTITUTION' WHEN n % 21 = 0 THEN 'VOLUNTEER'
    WHEN n % 8 = 0 THEN 'TEACHER' ELSE 'LEARNER' END)::"Role",
  CASE WHEN n % 5 <> 0 THEN joined + interval '10 minutes' END,
  CASE WHEN n % 33 = 0 THEN 'Library no. ' || n END,
  jsonb_build_object('language', (ARRAY['en', 'ko', 'es', 'sw', NULL])[pg_temp.one_of(5)],
    'letters', n % 3 = 0, 'sizes', jsonb_build_array(n % 7, 1.5)),
  joined, joined
FROM word, (SELECT n, pg_temp.moment() AS joined FROM generate_series(4, :users) n) drawn;

INSERT INTO :session (id, "sessionToken", "userId", expires)
SELECT pg_temp.key('session', n), md5(random()::text) || md5(random()::text), pg_temp.key('user', n),
  timestamp '2025-10-01' + n * interval '1 minute'
FROM generate_series(1, :users, 3) n;

INSERT INTO :verificationToken (identifier, token, expires)
SELECT 'reader' || n || '@example.org', md5(random()::text) || md5(random()::text),
  timestamp '2025-09-05' + n * interval '1 second'
FROM generate_series(4, :users, 40) n;

INSERT INTO :category (slug, name)
SELECT lower(replace(name, ' ', '-')), name
FROM unnest(ARRAY['Animals', 'Courage', 'Family', 'Folk Tales', 'Friendship', 'Health', 'Nature', 'Peace', 'Poems',
  'Science', 'Seasons', 'Travel']) name;

INSERT INTO :story (id, title, body, language, published, "publishedAt", rating, tags, metadata, cover, pdf,
  "authorId", "createdAt", "updatedAt")
SELECT pg_temp.key('story', n), title || ' ' || n, body, (ARRAY['en', 'en', 'en', 'ko', 'es', 'sw'])[pg_temp.one_of(6)],
  n % 6 <> 0, CASE WHEN n % 6 <> 0 THEN written + interval '2 days' END,
  CASE WHEN n % 4 <> 0 THEN round((1 + random() * 4)::numeric, 2) END,
  (ARRAY['{}', '{animals}', '{folk,"two words"}', '{"with \"quotes\"",NULL}'])[pg_temp.one_of(4)]::text[],
  jsonb_build_object('ages', jsonb_build_array(n % 9, n % 9 + 3), 'length', length(body), 'illustrator',
    CASE WHEN n % 3 = 0 THEN 'Zoë' END),
  CASE WHEN n % 10 = 0 THEN decode(repeat(md5(n::text), 40) || '00ff5c27', 'hex') END,
  CASE WHEN n <= :storiesWithPdf THEN '/books/story-' || lpad(n::text, 3, '0') || '.pdf' END,
  -- Every eighth user teaches.
  pg_temp.key('user', CASE WHEN :users < 8 THEN 2 ELSE 8 * pg_temp.one_of(:users / 8) END), written, written
FROM (SELECT drawn.n, pg_temp.moment() AS written, initcap(min(substr(text, 1, 24))) AS title,
        string_agg(text, E'\n\n' ORDER BY k) AS body
      FROM (SELECT n, k, pg_temp.one_of(1500) AS p
            FROM generate_series(1, :stories) n, generate_series(1, 24) k) drawn
      JOIN paragraph ON paragraph.n = drawn.p
      GROUP BY drawn.n ORDER BY drawn.n) told;

INSERT INTO "_CategoryToStory" ("A", "B")
SELECT c.id, pg_temp.key('story', n)
FROM generate_series(1, :stories) n JOIN :category c ON c.id IN (1 + n % 12, 1 + n * 7 % 12);

INSERT INTO :product (id, sku, title, price, stock, "createdAt")
SELECT pg_temp.key('product', n), 'BOOK-' || lpad(n::text, 4, '0'), 'Printed story no. ' || n,
  round((3 + random() * 40)::numeric, 2), pg_temp.one_of(500), pg_temp.moment()
FROM generate_series(1, :products) n;

-- Drawn first and inserted after: an order's total is the sum of its items.
CREATE TEMP TABLE line AS
SELECT o AS "order", id AS product, price, quantity
FROM (SELECT o, pg_temp.one_of(:products) AS p, pg_temp.one_of(4) AS quantity
      FROM generate_series(1, :orders) o, generate_series(1, 1 + o % 4)) drawn
JOIN :product ON id = pg_temp.key('product', p)
ORDER BY o, product;

INSERT INTO :order (id, "userId", status, total, "createdAt")
SELECT pg_temp.key('order', "order"), pg_temp.key('user', pg_temp.one_of(:users)),
  (ARRAY['PAID', 'SHIPPED', 'SHIPPED', 'PENDING', 'CANCELLED'])[1 + "order" % 5]::"OrderStatus", total, pg_temp.moment()
FROM (SELECT "order", sum(price * quantity) AS total FROM line GROUP BY "order" ORDER BY "order") summed;

INSERT INTO :orderItem ("orderId", "productId", quantity, price)
SELECT pg_temp.key('order', "order"), product, quantity, price FROM line;

INSERT INTO :cartItem (id, "userId", "productId", quantity, "addedAt")
SELECT pg_temp.key('cart', n), pg_temp.key('user', 1 + n % :users), pg_temp.key('product', 1 + n / :users),
  pg_temp.one_of(3), pg_temp.moment()
FROM generate_series(1, :carts) n;

INSERT INTO :subscription (id, "userId", plan, price, "startsAt", "endsAt")
SELECT pg_temp.key('subscription', n), pg_temp.key('user', pg_temp.one_of(:users)),
  (CASE WHEN n % 3 = 0 THEN 'YEARLY' ELSE 'MONTHLY' END)::"SubscriptionPlan",
  CASE WHEN n % 3 = 0 THEN 49.00 ELSE 4.99 END,
  starts, CASE WHEN n % 4 = 0 THEN starts + interval '1 year' END
FROM (SELECT n, pg_temp.moment() AS starts FROM generate_series(1, :subscriptions) n) drawn;

COMMIT;
ANALYZE;
