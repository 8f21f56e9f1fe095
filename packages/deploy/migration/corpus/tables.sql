--- Prisma creates a table
--- additive
-- CreateTable
CREATE TABLE "lessons" (
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "lessons_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "lessons_title_key" ON "lessons"("title");

--- Prisma creates a table that points at existing ones
--- additive
-- CreateTable
CREATE TABLE "progress" (
    "id" SERIAL NOT NULL,
    "userId" TEXT NOT NULL,
    "storyId" INTEGER NOT NULL,
    "percent" INTEGER NOT NULL,

    CONSTRAINT "progress_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "progress_storyId_idx" ON "progress"("storyId");

-- CreateIndex
CREATE UNIQUE INDEX "progress_userId_storyId_key" ON "progress"("userId", "storyId");

-- AddForeignKey
ALTER TABLE "progress" ADD CONSTRAINT "progress_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "progress" ADD CONSTRAINT "progress_storyId_fkey" FOREIGN KEY ("storyId") REFERENCES "stories"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

--- Prisma's join table for a many-to-many relation
--- additive
CREATE TABLE "tags" ("id" SERIAL NOT NULL, "name" TEXT NOT NULL, CONSTRAINT "tags_pkey" PRIMARY KEY ("id"));
CREATE TABLE "_StoryToTag" (
    "A" INTEGER NOT NULL,
    "B" INTEGER NOT NULL,
    CONSTRAINT "_StoryToTag_AB_pkey" PRIMARY KEY ("A","B")
);
CREATE INDEX "_StoryToTag_B_index" ON "_StoryToTag"("B");
ALTER TABLE "_StoryToTag" ADD CONSTRAINT "_StoryToTag_A_fkey" FOREIGN KEY ("A") REFERENCES "stories"("id") ON DELETE CASCADE ON UPDATE CASCADE;
ALTER TABLE "_StoryToTag" ADD CONSTRAINT "_StoryToTag_B_fkey" FOREIGN KEY ("B") REFERENCES "tags"("id") ON DELETE CASCADE ON UPDATE CASCADE;

--- a table written by hand, with everything in it
--- additive
CREATE TABLE badges (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  number bigint GENERATED ALWAYS AS IDENTITY,
  owner text NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  points int NOT NULL CHECK (points > 0),
  kind text NOT NULL CHECK (kind IN ('reader', 'writer')),
  UNIQUE (owner, kind)
);

--- a table that may be there already
--- additive
CREATE TABLE IF NOT EXISTS "feature_flags" ("name" TEXT PRIMARY KEY, "on" BOOLEAN NOT NULL DEFAULT false);

--- a table and its unique index, each only if it isn't there: nothing in the text says that the table is new
--- additive
CREATE TABLE IF NOT EXISTS "banners" ("id" SERIAL PRIMARY KEY, "place" TEXT NOT NULL);
CREATE UNIQUE INDEX IF NOT EXISTS "banners_place_key" ON "banners" ("place");

--- a table filled from a query
--- additive
CREATE TABLE "story_archive" AS SELECT * FROM "stories" WHERE NOT "published";

--- SELECT INTO
--- additive
SELECT "id", upper("email") AS "email" INTO "mail_list" FROM "users";

--- a new partition of an existing table
--- additive
CREATE TABLE "page_views_2025" PARTITION OF "page_views" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

--- a new partition made beside and attached
--- additive
CREATE TABLE "page_views_2025" (LIKE "page_views" INCLUDING ALL);
ALTER TABLE "page_views" ATTACH PARTITION "page_views_2025" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');

--- a new partitioned table
--- additive
CREATE TABLE "clicks" ("at" TIMESTAMPTZ NOT NULL, "target" TEXT) PARTITION BY RANGE ("at");
CREATE TABLE "clicks_2025" PARTITION OF "clicks" FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE INDEX "clicks_at_idx" ON "clicks" ("at");

--- a new schema with a table in it
--- additive
CREATE SCHEMA IF NOT EXISTS "esl";
CREATE TABLE "esl"."words" ("id" SERIAL PRIMARY KEY, "word" TEXT NOT NULL);
CREATE UNIQUE INDEX "words_word_key" ON "esl"."words" ("word");

--- a staging table that comes and goes
--- additive
CREATE TEMP TABLE "staging" AS SELECT "id" FROM "users";
UPDATE "staging" SET "id" = lower("id");
DROP TABLE "staging";

--- a table made, filled, changed and dropped again
--- additive
CREATE TABLE "attempt" ("id" SERIAL PRIMARY KEY, "note" TEXT);
INSERT INTO "attempt" ("note") VALUES ('x');
ALTER TABLE "attempt" DROP COLUMN "note";
DELETE FROM "attempt";
DROP TABLE "attempt";

--- a new table under an old one, empty
--- additive
CREATE TABLE "stories_archive" () INHERITS ("stories");

--- a new table under an old one, with copies: the old code finds every story twice
--- breaks
CREATE TABLE "stories_archive" (LIKE "stories" INCLUDING ALL);
ALTER TABLE "stories_archive" INHERIT "stories";
INSERT INTO "stories_archive" SELECT * FROM ONLY "stories";

--- the same, filled first
--- breaks
CREATE TABLE "stories_archive" AS SELECT * FROM "stories";
ALTER TABLE "stories_archive" ALTER COLUMN "id" SET NOT NULL, ALTER COLUMN "title" SET NOT NULL, ALTER COLUMN "body" SET NOT NULL, ALTER COLUMN "pages" SET NOT NULL, ALTER COLUMN "published" SET NOT NULL, ALTER COLUMN "authorId" SET NOT NULL, ALTER COLUMN "updatedAt" SET NOT NULL;
ALTER TABLE "stories_archive" ADD CONSTRAINT "stories_pages_check" CHECK ("pages" >= 0), ADD CONSTRAINT "stories_rating_check" CHECK ("rating" <= 5) NOT VALID;
ALTER TABLE "stories_archive" INHERIT "stories";

--- storage settings
--- additive
ALTER TABLE "stories" SET (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.05);

--- comments
--- additive
COMMENT ON TABLE "users" IS 'People; see "tokenVersion"';
COMMENT ON COLUMN "users"."role" IS NULL;

--- an explicit lock, then a column
--- additive
LOCK TABLE "users" IN ACCESS EXCLUSIVE MODE;
ALTER TABLE "users" ADD COLUMN "bio" TEXT;

--- an empty table is dropped
--- breaks, loses table cart_items
-- DropTable
DROP TABLE "cart_items";

--- the shop is removed as Prisma writes it
--- breaks, loses table orders, loses table order_items, loses table cart_items, loses type OrderStatus
-- DropForeignKey
ALTER TABLE "orders" DROP CONSTRAINT "orders_userId_fkey";

-- DropForeignKey
ALTER TABLE "order_items" DROP CONSTRAINT "order_items_orderId_fkey";

-- DropTable
DROP TABLE "orders";

-- DropTable
DROP TABLE "order_items";

-- DropTable
DROP TABLE "cart_items";

-- DropEnum
DROP TYPE "OrderStatus";

--- two tables in one statement, cascading
--- breaks, loses table orders, loses table subscriptions
DROP TABLE IF EXISTS orders, public.subscriptions CASCADE;

--- a table of the same name in another schema is made, and the old one dropped
--- breaks, loses table subscriptions
CREATE SCHEMA "v3";
CREATE TABLE "v3"."subscriptions" ("id" SERIAL PRIMARY KEY);
DROP TABLE "subscriptions";

--- IF NOT EXISTS does not make an existing table new
--- breaks, loses table subscriptions
CREATE TABLE IF NOT EXISTS "subscriptions" ("id" SERIAL PRIMARY KEY);
DROP TABLE "subscriptions";

--- made under a search path, dropped under another
--- breaks, loses table subscriptions
CREATE SCHEMA "v3";
SET search_path TO "v3";
CREATE TABLE "subscriptions" ("id" SERIAL PRIMARY KEY);
SET search_path TO "public";
DROP TABLE "subscriptions";

--- made, rolled back, dropped
--- breaks, loses table settings
BEGIN;
ALTER TABLE "settings" RENAME TO "settings_old";
CREATE TABLE "settings" ("key" TEXT PRIMARY KEY);
ROLLBACK;
DROP TABLE "settings";

--- a table is redefined: copied, dropped, renamed
--- breaks, loses table settings
CREATE TABLE "new_settings" ("name" TEXT PRIMARY KEY, "value" TEXT NOT NULL);
INSERT INTO "new_settings" ("name", "value") SELECT "key", "value" FROM "settings";
DROP TABLE "settings";
ALTER TABLE "new_settings" RENAME TO "settings";

--- renamed first, dropped after
--- breaks, loses table subscriptions
ALTER TABLE "subscriptions" RENAME TO "subscriptions_old";
DROP TABLE "subscriptions_old";

--- a temporary table of the same name hides an old one, but not where the schema is named
--- loses rows settings
CREATE TEMP TABLE "settings" ("key" TEXT);
DELETE FROM "settings";
DELETE FROM "public"."settings";

--- what hangs on a temporary table is not what hangs on the old one
--- breaks
CREATE TEMP TABLE "users" ("id" SERIAL, "email" TEXT);
CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
DROP INDEX "public"."users_email_key";

--- a search path for one transaction, and the old one again
--- breaks, loses table subscriptions
BEGIN;
CREATE SCHEMA "v3";
SET LOCAL search_path TO "v3";
CREATE TABLE "subscriptions" ("id" SERIAL PRIMARY KEY);
COMMIT;
DROP TABLE "subscriptions";

--- a temporary table is gone with its transaction, and the old one of its name is back
--- loses rows settings
BEGIN;
CREATE TEMP TABLE "settings" ("key" TEXT) ON COMMIT DROP;
COMMIT;
DELETE FROM "settings";

--- an old table becomes part of a new one, which is dropped
--- breaks, loses table order_items
CREATE TABLE "everything" ("id" INTEGER NOT NULL, "orderId" INTEGER NOT NULL, "quantity" INTEGER NOT NULL) PARTITION BY LIST ("quantity");
ALTER TABLE "everything" ATTACH PARTITION "order_items" DEFAULT;
DROP TABLE "everything";

--- an old sequence belongs to a new table, which is dropped
--- breaks
CREATE TABLE "counters" ("n" INTEGER);
ALTER SEQUENCE "invoice_number" OWNED BY "counters"."n";
DROP TABLE "counters";

--- dropped in case a failed attempt left it there, and made
--- additive
DROP TABLE IF EXISTS "scratch";
CREATE TABLE "scratch" ("id" SERIAL PRIMARY KEY);

--- a table is renamed
--- breaks
ALTER TABLE "subscriptions" RENAME TO "memberships";

--- a table moves to another schema
--- breaks
ALTER TABLE "settings" SET SCHEMA "audit";

--- a table is no longer crash-safe
--- loses rows settings
ALTER TABLE "settings" SET UNLOGGED;

--- a partition is detached
--- breaks, loses rows page_views_2024
ALTER TABLE "page_views" DETACH PARTITION "page_views_2024";

--- another owner
--- breaks
ALTER TABLE "settings" OWNER TO "postgres";

--- a schema with everything in it
--- breaks, loses schema audit, along table audit.log
DROP SCHEMA "audit" CASCADE;

--- a database
--- loses database stories_archive, apart
DROP DATABASE IF EXISTS "stories_archive";
