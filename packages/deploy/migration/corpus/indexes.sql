--- Prisma adds an index
--- additive
-- CreateIndex
CREATE INDEX "stories_authorId_idx" ON "stories"("authorId");

--- an index over several columns, descending, covering
--- additive
CREATE INDEX IF NOT EXISTS stories_newest ON stories (published, "updatedAt" DESC NULLS LAST) INCLUDE (title);

--- an index built beside the writers
--- additive, apart
CREATE INDEX CONCURRENTLY "stories_slug_idx" ON "stories"("slug");

--- an index built beside the writers can't be in company
--- additive, fails 25001
ALTER TABLE "stories" ADD COLUMN "series" TEXT;
CREATE INDEX CONCURRENTLY "stories_series_idx" ON "stories"("series");

--- a partial index
--- additive
CREATE INDEX "stories_drafts" ON "stories" ("authorId") WHERE NOT "published";

--- an index into JSON
--- additive
CREATE INDEX "stories_meta_idx" ON "stories" USING GIN ("meta");
CREATE INDEX "stories_age_idx" ON "stories" (("meta"->>'age'));

--- an index on an expression
--- additive
CREATE INDEX "users_email_lower" ON "users" (lower("email"));

--- unique, on a new column that the old code leaves empty
--- additive
ALTER TABLE "stories" ADD COLUMN "isbn" TEXT;
CREATE UNIQUE INDEX "stories_isbn_key" ON "stories"("isbn");

--- unique over an old column and a new, empty one
--- additive
ALTER TABLE "stories" ADD COLUMN "volume" INTEGER;
CREATE UNIQUE INDEX "stories_authorId_volume_key" ON "stories"("authorId", "volume");

--- an index is renamed
--- additive
-- RenameIndex
ALTER INDEX "users_createdAt_idx" RENAME TO "users_created_at_idx";

--- an index made and dropped
--- additive
CREATE INDEX "trial" ON "users" ("name");
DROP INDEX "trial";

--- rebuilt
--- additive
REINDEX TABLE "stories";
CLUSTER "users" USING "users_pkey";

--- rebuilt beside the writers
--- additive, apart
REINDEX INDEX CONCURRENTLY "users_email_key";

--- statistics
--- additive
CREATE STATISTICS "stories_stats" (dependencies) ON "authorId", "published" FROM "stories";
ANALYZE "stories";

--- vacuumed
--- additive, apart
VACUUM (ANALYZE) "stories";

--- an index's own settings
--- additive
ALTER INDEX "users_email_key" SET (fillfactor = 70);

--- unique, with duplicates there
--- breaks, fails 23505
-- CreateIndex
CREATE UNIQUE INDEX "stories_slug_key" ON "stories"("slug");

--- unique on an expression, with duplicates there
--- breaks, fails 23505
CREATE UNIQUE INDEX users_name ON users (lower(trim(name)) DESC, (phone IS NULL));

--- unique where published
--- breaks
CREATE UNIQUE INDEX "stories_published_slug" ON "stories"("slug") WHERE "published";

--- unique, without duplicates yet
--- breaks
CREATE UNIQUE INDEX "cart_items_userId_key" ON "cart_items"("userId");

--- unique, beside the writers
--- breaks, apart
CREATE UNIQUE INDEX CONCURRENTLY "cart_items_userId_key" ON "cart_items"("userId");

--- unique, where even the nulls count
--- breaks, fails 23505
ALTER TABLE "users" ADD COLUMN "passport" TEXT;
CREATE UNIQUE INDEX "users_passport_key" ON "users" ("passport") NULLS NOT DISTINCT;

--- an index that refuses what the old code writes
--- breaks, fails 22P02
CREATE INDEX "stories_age" ON "stories" ((("meta"->>'age')::integer));

--- an index that its queries were written for is dropped
--- breaks
-- DropIndex
DROP INDEX "users_createdAt_idx";

--- the unique index that its upserts name is dropped
--- breaks
DROP INDEX "users_email_key";

--- dropped beside the writers
--- breaks, apart
DROP INDEX CONCURRENTLY IF EXISTS "users_email_key";

--- another set of columns under another name
--- breaks
-- DropIndex
DROP INDEX "users_email_key";

-- CreateIndex
CREATE UNIQUE INDEX "users_email_role_key" ON "users"("email", "role");
