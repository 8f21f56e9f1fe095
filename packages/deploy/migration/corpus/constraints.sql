--- a constraint is renamed
--- additive
ALTER TABLE "users" RENAME CONSTRAINT "users_pkey" TO "users_id_pkey";

--- a constraint is validated that new rows have to meet already
--- additive
ALTER TABLE "stories" VALIDATE CONSTRAINT "stories_rating_check";

--- a unique index that is there becomes a constraint
--- additive
ALTER TABLE "users" ADD CONSTRAINT "users_email_unique" UNIQUE USING INDEX "users_email_key";

--- a new table's reference, checked in two steps
--- additive
CREATE TABLE "reviews" ("id" SERIAL PRIMARY KEY, "storyId" INTEGER NOT NULL, "stars" INTEGER NOT NULL);
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_storyId_fkey" FOREIGN KEY ("storyId") REFERENCES "stories" ("id") NOT VALID;
ALTER TABLE "reviews" VALIDATE CONSTRAINT "reviews_storyId_fkey";
ALTER TABLE "reviews" ADD CONSTRAINT "reviews_stars_check" CHECK ("stars" BETWEEN 1 AND 5);
ALTER TABLE "reviews" DROP CONSTRAINT "reviews_stars_check";

--- a check over a new column and a constant list
--- additive
ALTER TABLE "stories" ADD COLUMN "level" TEXT NOT NULL DEFAULT 'easy';
ALTER TABLE "stories" ADD CONSTRAINT "stories_level_check" CHECK ("level" IN ('easy', 'medium', 'hard') AND "level" <> '');

--- a reference from a new pair of columns
--- additive
CREATE TABLE "places" ("country" TEXT, "city" TEXT, PRIMARY KEY ("country", "city"));
ALTER TABLE "users" ADD COLUMN "country" TEXT, ADD COLUMN "city" TEXT;
ALTER TABLE "users" ADD CONSTRAINT "users_place_fkey" FOREIGN KEY ("country", "city") REFERENCES "places" ("country", "city");

--- a check that rows break
--- breaks, fails 23514
ALTER TABLE "stories" ADD CONSTRAINT "stories_pages_positive" CHECK ("pages" > 0);

--- a check that all rows meet
--- breaks
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_quantity_check" CHECK ("quantity" BETWEEN 1 AND 99);

--- a check that only new rows have to meet
--- breaks
ALTER TABLE "cart_items" ADD CONSTRAINT "cart_items_quantity_check" CHECK ("quantity" > 0) NOT VALID;

--- a check that fails on the new column's null
--- breaks, fails 23514
ALTER TABLE "users" ADD COLUMN "consent" BOOLEAN;
ALTER TABLE "users" ADD CONSTRAINT "users_consent_check" CHECK ("consent" IS NOT NULL);

--- a reference with orphans
--- breaks, fails 23503
-- AddForeignKey
ALTER TABLE "stories" ADD CONSTRAINT "stories_editorId_fkey" FOREIGN KEY ("editorId") REFERENCES "users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

--- a reference without orphans
--- breaks
ALTER TABLE "cart_items" ADD CONSTRAINT "cart_items_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE CASCADE;
ALTER TABLE "order_items" ADD CONSTRAINT "order_items_storyId" FOREIGN KEY ("id") REFERENCES "stories"("id");

--- a reference for new rows only
--- breaks
ALTER TABLE "subscriptions" ADD CONSTRAINT "subscriptions_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users" ("id") NOT VALID;

--- a unique constraint with duplicates
--- breaks, fails 23505
ALTER TABLE "stories" ADD CONSTRAINT "stories_slug_key" UNIQUE ("slug");

--- a unique constraint without duplicates
--- breaks
ALTER TABLE "cart_items" ADD UNIQUE ("userId");

--- a unique index made a constraint in one migration
--- breaks
CREATE UNIQUE INDEX "cart_items_userId_key" ON "cart_items" ("userId");
ALTER TABLE "cart_items" ADD CONSTRAINT "cart_items_userId_key" UNIQUE USING INDEX "cart_items_userId_key";

--- another primary key
--- breaks
ALTER TABLE "cart_items" DROP CONSTRAINT "cart_items_pkey",
ADD CONSTRAINT "cart_items_pkey" PRIMARY KEY ("userId", "id");

--- an exclusion
--- breaks
ALTER TABLE "cart_items" ADD CONSTRAINT "cart_items_alone" EXCLUDE USING btree ("userId" WITH =);

--- a reference is dropped: nothing cascades any more
--- breaks
-- DropForeignKey
ALTER TABLE "stories" DROP CONSTRAINT "stories_authorId_fkey";

--- a reference with another rule
--- breaks
ALTER TABLE "stories" DROP CONSTRAINT "stories_authorId_fkey";
ALTER TABLE "stories" ADD CONSTRAINT "stories_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "users"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

--- a check is dropped: the old code may read what it was promised never to see
--- breaks
ALTER TABLE "stories" DROP CONSTRAINT "stories_pages_check";

--- a reference is checked at commit only
--- breaks
ALTER TABLE "orders" ALTER CONSTRAINT "orders_userId_fkey" DEFERRABLE INITIALLY DEFERRED;
