-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "Role" ADD VALUE 'INSTITUTION';
ALTER TYPE "Role" ADD VALUE 'VOLUNTEER';

-- AlterTable
ALTER TABLE "User" ADD COLUMN     "organization" TEXT;

-- CreateIndex
CREATE INDEX "User_role_idx" ON "User"("role");


-- What the catalogue page of partners reads. Written by hand: the schema file knows no views.
CREATE VIEW "PublishedStory" AS
SELECT s."id", s."catalogNumber", s."title", s."language", u."name" AS "author", s."publishedAt"
FROM "Story" s
JOIN "User" u ON u."id" = s."authorId"
WHERE s."published";
