-- AlterTable
ALTER TABLE "public"."users" ADD COLUMN     "preferences" JSONB NOT NULL DEFAULT '{}';

-- AlterTable
ALTER TABLE "public"."books" ADD COLUMN     "catalogNumber" SERIAL NOT NULL,
ADD COLUMN     "cover" BYTEA,
ADD COLUMN     "metadata" JSONB NOT NULL DEFAULT '{}',
ADD COLUMN     "rating" DECIMAL(3,2),
ADD COLUMN     "tags" TEXT[];

-- CreateIndex
CREATE UNIQUE INDEX "books_catalogNumber_key" ON "public"."books"("catalogNumber");

-- CreateIndex
CREATE INDEX "books_metadata_idx" ON "public"."books" USING GIN ("metadata");

