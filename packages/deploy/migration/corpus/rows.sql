--- rows of a new table
--- additive
CREATE TABLE "badges" ("id" SERIAL PRIMARY KEY, "name" TEXT NOT NULL);
INSERT INTO "badges" ("name") VALUES ('Reader'), ('Writer');
SELECT setval('badges_id_seq', 100);

--- rows copied to a new table, which go when their story goes
--- additive
CREATE TABLE "story_slugs" ("storyId" INTEGER NOT NULL REFERENCES "stories" ("id") ON DELETE CASCADE, "slug" TEXT NOT NULL);
INSERT INTO "story_slugs" SELECT "id", "slug" FROM "stories" WHERE "slug" IS NOT NULL;

--- rows copied to a new table, which hold their story: the old code can't delete it any more
--- breaks
CREATE TABLE "story_slugs" ("storyId" INTEGER NOT NULL REFERENCES "stories" ("id"), "slug" TEXT NOT NULL);
INSERT INTO "story_slugs" SELECT "id", "slug" FROM "stories" WHERE "slug" IS NOT NULL;

--- the same, in a table that may be there already
--- breaks
CREATE TABLE IF NOT EXISTS "story_slugs" ("storyId" INTEGER NOT NULL REFERENCES "stories" ("id"), "slug" TEXT NOT NULL);
INSERT INTO "story_slugs" SELECT "id", "slug" FROM "stories" WHERE "slug" IS NOT NULL;

--- the same, with the reference made last, as Prisma writes it
--- breaks
CREATE TABLE "story_slugs" ("storyId" INTEGER NOT NULL, "slug" TEXT NOT NULL);
INSERT INTO "story_slugs" SELECT "id", "slug" FROM "stories" WHERE "slug" IS NOT NULL;
ALTER TABLE "story_slugs" ADD CONSTRAINT "story_slugs_storyId_fkey" FOREIGN KEY ("storyId") REFERENCES "stories"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

--- a new column is filled and holds a story
--- breaks
ALTER TABLE "settings" ADD COLUMN "storyId" INTEGER;
UPDATE "settings" SET "storyId" = 2 WHERE "key" = 'theme';
ALTER TABLE "settings" ADD CONSTRAINT "settings_storyId_fkey" FOREIGN KEY ("storyId") REFERENCES "stories" ("id");

--- the schema is named here and not there, but it is the same table
--- additive
ALTER TABLE "public"."users" ADD COLUMN "initial" TEXT;
UPDATE users SET initial = left(email, 1);

--- a setting of the new code
--- additive
INSERT INTO "settings" ("key", "value") VALUES ('esl', 'on');

--- a setting, unless it is there
--- additive
INSERT INTO "settings" ("key", "value") VALUES ('theme', 'seeds') ON CONFLICT ("key") DO NOTHING;

--- rows are looked at
--- additive
SELECT count(*) FROM "users" WHERE lower("email") LIKE '%@example.org' AND "createdAt" < now();
WITH "busy" AS (SELECT "authorId", count(*) AS n FROM "stories" GROUP BY 1) SELECT max(n) FROM "busy";

--- a new column from another table
--- additive
ALTER TABLE "users" ADD COLUMN "storyCount" INTEGER NOT NULL DEFAULT 0;
UPDATE "users" AS u SET "storyCount" = s.n FROM (SELECT "authorId", count(*)::int AS n FROM "stories" GROUP BY "authorId") AS s WHERE s."authorId" = u."id";

--- a setting, replaced
--- loses values settings.value
INSERT INTO "settings" ("key", "value") VALUES ('theme', 'seeds') ON CONFLICT ("key") DO UPDATE SET "value" = EXCLUDED."value";

--- a numbered row by its number: the next insert of the old code takes the same
--- breaks
INSERT INTO "cart_items" ("id", "userId", "quantity") VALUES (1, 'u1', 1);

--- numbered rows, counted on from the last
--- breaks
INSERT INTO "cart_items" ("id", "userId", "quantity") SELECT coalesce(max("id"), 0) + 1, 'u1', 1 FROM "cart_items";

--- all rows are changed
--- loses values stories.published, along values stories.updatedAt
UPDATE "stories" SET "published" = true;

--- some rows are changed
--- loses values users.name, loses values users.phone
UPDATE ONLY "users" AS u SET "name" = upper(u."name"), "phone" = NULL FROM "orders" o WHERE o."userId" = u."id" AND u."phone" IS NOT NULL;

--- a new and an old column are written
--- loses values stories.body, along values stories.updatedAt
ALTER TABLE "stories" ADD COLUMN "summary" TEXT;
UPDATE "stories" SET "summary" = left("body", 4), "body" = '' WHERE "id" = 1;

--- all rows go
--- loses rows order_items
DELETE FROM "order_items";

--- some rows go
--- loses rows stories
DELETE FROM "stories" WHERE "published" = false -- drafts; see WHERE
RETURNING "id";

--- rows go by another table
--- loses rows orders, along rows order_items
DELETE FROM "orders" AS o USING "users" AS u, "stories" AS s WHERE o."userId" = u."id" AND s."authorId" = u."id" AND u."role" = 'TEACHER';

--- rows go that a query names
--- loses rows subscriptions
WITH "gone" AS (SELECT s."id" FROM "subscriptions" s LEFT JOIN "users" u ON u."id" = s."userId" WHERE u."id" IS NULL)
DELETE FROM "subscriptions" WHERE "id" IN (SELECT "id" FROM "gone");

--- rows move in one statement
--- loses rows orders, along rows order_items
CREATE TABLE "orders_archive" (LIKE "orders" INCLUDING ALL);
WITH moved AS (DELETE FROM "orders" WHERE "status" = 'PENDING' RETURNING *) INSERT INTO "orders_archive" SELECT * FROM moved;

--- rows move into a table that is made of them
--- loses rows order_items
CREATE TABLE "items_archive" AS WITH gone AS (DELETE FROM "order_items" RETURNING *) SELECT * FROM gone;

--- rows move by SELECT INTO
--- loses rows order_items
WITH gone AS (DELETE FROM "order_items" RETURNING *) SELECT * INTO "items_archive" FROM gone;

--- rows go through a new view of an old table
--- opaque
CREATE VIEW "pending_orders" AS SELECT * FROM "orders" WHERE "status" = 'PENDING';
DELETE FROM "pending_orders";

--- rows of a new table go, and old rows with them by a reference
--- opaque
CREATE TABLE "shelves" ("id" INTEGER PRIMARY KEY);
INSERT INTO "shelves" VALUES (1);
ALTER TABLE "settings" ADD COLUMN "shelf" INTEGER REFERENCES "shelves" ("id") ON DELETE CASCADE;
UPDATE "settings" SET "shelf" = 1;
DELETE FROM "shelves";

--- the same by TRUNCATE
--- opaque
CREATE TABLE "shelves" ("id" INTEGER PRIMARY KEY);
ALTER TABLE "settings" ADD COLUMN "shelf" INTEGER REFERENCES "shelves" ("id");
TRUNCATE "shelves" CASCADE;

--- rows of a new table, where a trigger writes elsewhere
--- opaque
CREATE FUNCTION "clear_settings"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN DELETE FROM "settings"; RETURN NEW; END $$;
CREATE TABLE "imports" ("id" SERIAL PRIMARY KEY, "file" TEXT);
CREATE TRIGGER "imports_clear" AFTER INSERT ON "imports" FOR EACH ROW EXECUTE FUNCTION "clear_settings"();
INSERT INTO "imports" ("file") VALUES ('v3.csv');

--- emptied
--- loses rows order_items, loses rows cart_items
TRUNCATE TABLE "order_items", "cart_items" RESTART IDENTITY;

--- emptied, with all that refers to it
--- loses rows orders, along rows order_items
TRUNCATE "orders" CASCADE;

--- merged
--- loses values settings.value
MERGE INTO "settings" AS t USING (VALUES ('theme', 'seeds'), ('esl', 'on')) AS s (key, value) ON t.key = s.key
WHEN MATCHED THEN UPDATE SET value = s.value
WHEN NOT MATCHED THEN INSERT (key, value) VALUES (s.key, s.value);

--- merged away
--- loses rows settings
MERGE INTO "settings" AS t USING (VALUES ('theme')) AS s (key) ON t.key = s.key WHEN MATCHED THEN DELETE;

--- a counter is set back
--- breaks
SELECT setval('stories_id_seq', 1);

--- IF NOT EXISTS does not make the sequence of an existing table new
--- breaks
CREATE TABLE IF NOT EXISTS "stories" ("id" SERIAL PRIMARY KEY);
ALTER SEQUENCE "stories_id_seq" RESTART WITH 1;

--- a sequence starts again
--- breaks
ALTER SEQUENCE "stories_id_seq" RESTART WITH 1;

--- a function that deletes
--- opaque
SELECT "purge_orders"();

--- a block that deletes
--- opaque
DO $$ BEGIN DELETE FROM "order_items"; END $$;

--- a block that builds its statement
--- opaque
DO $body$
DECLARE t text;
BEGIN
  FOR t IN SELECT tablename FROM pg_tables WHERE tablename LIKE '%_items' LOOP
    EXECUTE format('TRUNCATE %I', t);
  END LOOP;
END $body$;

--- a block that only adds: the usual way to write CREATE TYPE IF NOT EXISTS
--- additive
DO $$ BEGIN
  CREATE TYPE "Mood" AS ENUM ('HAPPY', 'SAD');
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

--- a prepared statement
--- opaque
PREPARE clean AS DELETE FROM "order_items";
EXECUTE clean;

--- measured, and so done
--- opaque
EXPLAIN ANALYZE DELETE FROM "order_items";

--- a query as text, run by a function
--- opaque
SELECT query_to_xml('SELECT "purge_orders"()', true, false, '');
