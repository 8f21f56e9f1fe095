--- v3, first half: all that is new, nothing that goes
--- additive
-- AlterEnum
ALTER TYPE "UserRole" ADD VALUE 'CUSTOMER';
ALTER TYPE "UserRole" ADD VALUE 'EDITOR';
ALTER TYPE "UserRole" ADD VALUE 'PUBLISHER';

-- CreateEnum
CREATE TYPE "LessonLevel" AS ENUM ('BEGINNER', 'INTERMEDIATE', 'ADVANCED');

-- AlterTable
ALTER TABLE "users" ADD COLUMN     "tokenVersion" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "lessons" (
    "id" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "level" "LessonLevel" NOT NULL DEFAULT 'BEGINNER',
    "storyId" INTEGER,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "lessons_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "lesson_progress" (
    "id" TEXT NOT NULL,
    "lessonId" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "score" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "lesson_progress_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "lessons_level_idx" ON "lessons"("level");

-- CreateIndex
CREATE UNIQUE INDEX "lesson_progress_lessonId_userId_key" ON "lesson_progress"("lessonId", "userId");

-- AddForeignKey
ALTER TABLE "lessons" ADD CONSTRAINT "lessons_storyId_fkey" FOREIGN KEY ("storyId") REFERENCES "stories"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lesson_progress" ADD CONSTRAINT "lesson_progress_lessonId_fkey" FOREIGN KEY ("lessonId") REFERENCES "lessons"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "lesson_progress" ADD CONSTRAINT "lesson_progress_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

--- v3 in one piece, as `migrate diff` writes it: the shop goes
--- breaks, loses table orders, loses table order_items, loses table cart_items, loses table subscriptions, loses type OrderStatus
/*
  Warnings:

  - You are about to drop the `orders` table. If the table is not empty, all the data it contains will be lost.

*/
-- CreateEnum
CREATE TYPE "public"."LessonLevel" AS ENUM ('BEGINNER', 'INTERMEDIATE', 'ADVANCED');

-- AlterEnum
ALTER TYPE "public"."UserRole" ADD VALUE 'CUSTOMER';

-- DropForeignKey
ALTER TABLE "public"."orders" DROP CONSTRAINT "orders_userId_fkey";

-- DropForeignKey
ALTER TABLE "public"."order_items" DROP CONSTRAINT "order_items_orderId_fkey";

-- AlterTable
ALTER TABLE "public"."users" ADD COLUMN     "tokenVersion" INTEGER NOT NULL DEFAULT 0;

-- DropTable
DROP TABLE "public"."orders";

-- DropTable
DROP TABLE "public"."order_items";

-- DropTable
DROP TABLE "public"."cart_items";

-- DropTable
DROP TABLE "public"."subscriptions";

-- DropEnum
DROP TYPE "public"."OrderStatus";

-- CreateTable
CREATE TABLE "public"."lessons" (
    "id" TEXT NOT NULL,
    "level" "public"."LessonLevel" NOT NULL DEFAULT 'BEGINNER',

    CONSTRAINT "lessons_pkey" PRIMARY KEY ("id")
);

--- NextAuth's tables come in
--- additive
-- CreateTable
CREATE TABLE "accounts" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "provider" TEXT NOT NULL,
    "providerAccountId" TEXT NOT NULL,
    "expires_at" INTEGER,

    CONSTRAINT "accounts_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "verification_tokens" (
    "identifier" TEXT NOT NULL,
    "token" TEXT NOT NULL,
    "expires" TIMESTAMP(3) NOT NULL
);

-- CreateIndex
CREATE UNIQUE INDEX "accounts_provider_providerAccountId_key" ON "accounts"("provider", "providerAccountId");

-- CreateIndex
CREATE UNIQUE INDEX "verification_tokens_token_key" ON "verification_tokens"("token");

-- AddForeignKey
ALTER TABLE "accounts" ADD CONSTRAINT "accounts_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;

--- Prisma 6 names the schema everywhere
--- additive
-- CreateEnum
CREATE TYPE "public"."ContentStatus" AS ENUM ('DRAFT', 'REVIEW', 'PUBLISHED');

-- AlterTable
ALTER TABLE "public"."stories" ADD COLUMN     "reviewerId" TEXT,
ADD COLUMN     "status" "public"."ContentStatus" NOT NULL DEFAULT 'DRAFT';

-- CreateTable
CREATE TABLE "public"."publications" (
    "id" TEXT NOT NULL,
    "storyId" INTEGER NOT NULL,
    "language" VARCHAR(5) NOT NULL DEFAULT 'en',

    CONSTRAINT "publications_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "publications_storyId_language_key" ON "public"."publications"("storyId", "language");

-- CreateIndex
CREATE INDEX "stories_status_idx" ON "public"."stories"("status");

-- AddForeignKey
ALTER TABLE "public"."stories" ADD CONSTRAINT "stories_reviewerId_fkey" FOREIGN KEY ("reviewerId") REFERENCES "public"."users"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "public"."publications" ADD CONSTRAINT "publications_storyId_fkey" FOREIGN KEY ("storyId") REFERENCES "public"."stories"("id") ON DELETE RESTRICT ON UPDATE CASCADE;

--- a one-to-one profile, made from what the users have
--- additive
CREATE TABLE "profiles" (
    "id" TEXT NOT NULL DEFAULT gen_random_uuid()::text,
    "userId" TEXT NOT NULL,
    "displayName" TEXT,

    CONSTRAINT "profiles_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "profiles_userId_key" ON "profiles"("userId");
ALTER TABLE "profiles" ADD CONSTRAINT "profiles_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users"("id") ON DELETE CASCADE ON UPDATE CASCADE;
INSERT INTO "profiles" ("userId", "displayName") SELECT "id", coalesce("name", split_part("email", '@', 1)) FROM "users";

--- the second half: what the first left behind is taken away
--- breaks, loses column stories.rating, loses table settings
ALTER TABLE "stories" DROP COLUMN "rating";
ALTER TABLE "stories" ALTER COLUMN "meta" SET DEFAULT '{}';
DROP TABLE "settings";

--- the plan's diff the wrong way round: it takes v3 away again
--- breaks, loses column users.phone, loses table settings
-- AlterTable
ALTER TABLE "users" DROP COLUMN "phone";

-- DropTable
DROP TABLE "settings";

--- roles and permissions in a table of their own, filled from what is there
--- additive
CREATE TABLE "roles" ("name" TEXT PRIMARY KEY);
INSERT INTO "roles" ("name") SELECT DISTINCT "role"::text FROM "users";
ALTER TABLE "users" ADD COLUMN "roleName" TEXT;
UPDATE "users" SET "roleName" = "role"::text;
ALTER TABLE "users" ADD CONSTRAINT "users_roleName_fkey" FOREIGN KEY ("roleName") REFERENCES "roles" ("name") ON UPDATE CASCADE;

--- visits are counted by day, soft deletion comes in
--- additive
ALTER TABLE "stories" ADD COLUMN "deletedAt" TIMESTAMP(3);
CREATE INDEX "stories_deletedAt_idx" ON "stories"("deletedAt") WHERE "deletedAt" IS NULL;
CREATE VIEW "live_stories" AS SELECT * FROM "stories" WHERE "deletedAt" IS NULL;
CREATE TABLE "daily_views" ("day" DATE NOT NULL, "path" TEXT NOT NULL, "views" BIGINT NOT NULL DEFAULT 0, PRIMARY KEY ("day", "path"));
INSERT INTO "daily_views" SELECT "at", "path", count(*) FROM "page_views" GROUP BY "at", "path";
