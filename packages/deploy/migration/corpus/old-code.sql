-- What the old code does to its database, statement for statement as its Prisma client sends it: named columns,
-- enum values cast to their type, RETURNING what was written. It is run before and after a migration; an error or
-- another answer means that the migration breaks the old code. Everything is rolled back.
BEGIN;
SELECT "id", "email", "name", "phone", "role"::text FROM "public"."users" WHERE "role" = CAST('ADMIN'::text AS "public"."UserRole");
SELECT "id", "email", "name", "role"::text FROM "public"."users" WHERE "email" = 'ben@example.org';
INSERT INTO "public"."users" ("id", "email", "name") VALUES ('n1', 'new@example.org', 'Ada') RETURNING "id", "email", "name", "phone", "role"::text;
INSERT INTO "public"."users" ("id", "email", "role") VALUES ('n2', 'two@example.org', CAST('VOLUNTEER'::text AS "public"."UserRole")) RETURNING "role"::text;
INSERT INTO "public"."users" ("id", "email") VALUES ('n3', 'new@example.org') ON CONFLICT ("email") DO UPDATE SET "name" = 'Again' RETURNING "id", "name";
UPDATE "public"."users" SET "phone" = '+1 555 0199', "name" = NULL WHERE "id" = 'n1' RETURNING "phone", "name";

SELECT "id", "title", "slug", "body", "pages", "rating", "published", "meta", "authorId", "editorId" FROM "public"."stories" WHERE "id" IN (1, 2, 3) ORDER BY "id";
INSERT INTO "public"."stories" ("title", "slug", "authorId", "editorId") VALUES ('New', 'seeds', 'n1', 'nobody') RETURNING "title", "slug", "body", "pages", "rating", "published", "authorId", "editorId";
INSERT INTO "public"."stories" ("title", "pages", "rating", "published", "meta", "authorId") VALUES ('Other', 3, 0, true, '{"age": "ten"}', 'n2') RETURNING "pages", "rating", "meta";
UPDATE "public"."stories" SET "body" = 'More', "pages" = 2147483647, "slug" = NULL WHERE "title" = 'New' RETURNING "body", "pages", "slug";
SELECT "id", "slug" FROM "public"."published_stories" WHERE "id" <= 3 ORDER BY "id";
SELECT "authorId", "stories" FROM "public"."story_counts" ORDER BY "authorId";
DELETE FROM "public"."users" WHERE "id" = 'n2';
DELETE FROM "public"."stories" WHERE "id" = 2 RETURNING "id";
SELECT count(*) FROM "public"."stories" WHERE "authorId" = 'n2';

INSERT INTO "public"."orders" ("userId", "total") VALUES ('n1', 12345.67) RETURNING "userId", "status"::text, "total", "note";
SELECT "id", "userId", "status"::text, "total", "note" FROM "public"."orders" WHERE "id" <= 3 ORDER BY "id";
UPDATE "public"."orders" SET "status" = CAST('REFUNDED'::text AS "public"."OrderStatus") WHERE "id" = 2 RETURNING "status"::text;
INSERT INTO "public"."order_items" ("orderId", "quantity") VALUES (1, 0) RETURNING "orderId", "quantity";
SELECT "orderId", "quantity" FROM "public"."order_items" WHERE "id" <= 2 ORDER BY "id";
INSERT INTO "public"."cart_items" ("userId", "quantity") VALUES ('n1', 3), ('n1', -1) RETURNING "userId", "quantity";
SELECT "id", "userId", "startsAt" AT TIME ZONE 'UTC' FROM "public"."subscriptions" ORDER BY "id";
INSERT INTO "public"."subscriptions" ("userId", "startsAt") VALUES ('gone', '2025-01-01 00:00:00+00') RETURNING "userId";
SELECT "value" FROM "public"."settings" WHERE "key" IN ('theme', 'locale') ORDER BY "key";
INSERT INTO "public"."settings" ("key", "value") VALUES ('theme', 'classic') ON CONFLICT ("key") DO UPDATE SET "value" = 'classic' RETURNING "value";
INSERT INTO "public"."page_views" ("at", "path") VALUES ('2024-07-01', '/new') RETURNING "path";
SELECT count(*) FROM "public"."page_views";
INSERT INTO "audit"."log" ("entry") VALUES ('seen') RETURNING "entry";
SELECT nextval('public.invoice_number') > 0;
SELECT "public"."slugify"('A kite');
ROLLBACK;
