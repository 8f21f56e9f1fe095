--- an enum
--- additive
-- CreateEnum
CREATE TYPE "Theme" AS ENUM ('CLASSIC', 'SEEDS');

--- one more value
--- additive
-- AlterEnum
ALTER TYPE "UserRole" ADD VALUE 'CUSTOMER';

--- the plan's new roles, with Prisma's warning
--- additive
-- AlterEnum
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.


ALTER TYPE "UserRole" ADD VALUE 'CUSTOMER';
ALTER TYPE "UserRole" ADD VALUE 'EDITOR';
ALTER TYPE "UserRole" ADD VALUE 'PUBLISHER';

--- a value in its place, only if it isn't there
--- additive
ALTER TYPE "public"."UserRole" ADD VALUE IF NOT EXISTS 'EDITOR' BEFORE 'LEARNER';

--- an enum made and used at once
--- additive
CREATE TYPE "Level" AS ENUM ('EASY');
ALTER TYPE "Level" ADD VALUE 'HARD';
CREATE TABLE "exercises" ("id" SERIAL PRIMARY KEY, "level" "Level" NOT NULL DEFAULT 'EASY');
INSERT INTO "exercises" ("level") VALUES ('EASY');

--- a value is added to the enum of this very migration and used
--- additive, fails 55P04
CREATE TYPE "Level" AS ENUM ('EASY');
ALTER TYPE "Level" ADD VALUE 'HARD';
CREATE TABLE "exercises" ("id" SERIAL PRIMARY KEY, "level" "Level" NOT NULL DEFAULT 'HARD');

--- a new value is the default of a new table: not in one transaction
--- additive, fails 55P04
ALTER TYPE "UserRole" ADD VALUE 'EDITOR';
CREATE TABLE "invitations" ("id" SERIAL PRIMARY KEY, "role" "UserRole" NOT NULL DEFAULT 'EDITOR');

--- a new value is an old table's default: new users get a role that the old client doesn't know
--- breaks, fails 55P04
ALTER TYPE "UserRole" ADD VALUE 'CUSTOMER';
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'CUSTOMER';

--- the same, with a COMMIT that lets it pass
--- breaks
ALTER TYPE "UserRole" ADD VALUE 'CUSTOMER';
COMMIT;
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'CUSTOMER';

--- a new value is written to old rows
--- breaks, loses values users.role, fails 55P04
ALTER TYPE "UserRole" ADD VALUE 'CUSTOMER';
UPDATE "users" SET "role" = 'CUSTOMER' WHERE "role" = 'LEARNER';

--- a row with a new value where the old code reads
--- breaks
ALTER TYPE "UserRole" ADD VALUE 'EDITOR';
COMMIT;
INSERT INTO "users" ("id", "email", "role") VALUES ('u9', 'editor@example.org', 'EDITOR');

--- a value is renamed
--- breaks
ALTER TYPE "UserRole" RENAME VALUE 'VOLUNTEER' TO 'HELPER';

--- Prisma removes values that no row has
--- breaks, loses enum value UserRole
-- AlterEnum
BEGIN;
CREATE TYPE "UserRole_new" AS ENUM ('ADMIN', 'LEARNER', 'TEACHER');
ALTER TABLE "users" ALTER COLUMN "role" DROP DEFAULT;
ALTER TABLE "users" ALTER COLUMN "role" TYPE "UserRole_new" USING ("role"::text::"UserRole_new");
ALTER TYPE "UserRole" RENAME TO "UserRole_old";
ALTER TYPE "UserRole_new" RENAME TO "UserRole";
DROP TYPE "UserRole_old";
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'LEARNER';
COMMIT;

--- Prisma removes a value that rows have
--- breaks, loses enum value OrderStatus, fails 22P02
-- AlterEnum
BEGIN;
CREATE TYPE "OrderStatus_new" AS ENUM ('PENDING', 'SHIPPED');
ALTER TABLE "public"."orders" ALTER COLUMN "status" DROP DEFAULT;
ALTER TABLE "orders" ALTER COLUMN "status" TYPE "OrderStatus_new" USING ("status"::text::"OrderStatus_new");
ALTER TYPE "OrderStatus" RENAME TO "OrderStatus_old";
ALTER TYPE "OrderStatus_new" RENAME TO "OrderStatus";
DROP TYPE "public"."OrderStatus_old";
ALTER TABLE "orders" ALTER COLUMN "status" SET DEFAULT 'PENDING';
COMMIT;

--- two values become one on the way
--- breaks, loses values orders.status
CREATE TYPE "OrderState" AS ENUM ('OPEN', 'CLOSED');
ALTER TABLE "orders" ALTER COLUMN "status" DROP DEFAULT;
ALTER TABLE "orders" ALTER COLUMN "status" TYPE "OrderState" USING (CASE "status"::text WHEN 'PENDING' THEN 'OPEN' ELSE 'CLOSED' END)::"OrderState";

--- text becomes an enum
--- breaks, fails 22P02
CREATE TYPE "Note" AS ENUM ('gift');
ALTER TABLE "orders" ALTER COLUMN "note" TYPE "Note" USING ("note"::"Note");

--- an enum becomes text
--- breaks
ALTER TABLE "users" ALTER COLUMN "role" DROP DEFAULT;
ALTER TABLE "users" ALTER COLUMN "role" TYPE TEXT;

--- the type is renamed
--- breaks
ALTER TYPE "UserRole" RENAME TO "Role";

--- an unused type is dropped
--- breaks, loses type LegacyKind
-- DropEnum
DROP TYPE "LegacyKind";

--- a type is dropped with the columns of it
--- breaks, loses type OrderStatus, along column orders.status
DROP TYPE "OrderStatus" CASCADE;
