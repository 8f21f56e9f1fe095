-- CreateEnum
CREATE TYPE "EslLevel" AS ENUM ('BEGINNER', 'INTERMEDIATE', 'ADVANCED');

-- CreateTable
CREATE TABLE "EslLesson" (
    "id" TEXT NOT NULL,
    "slug" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "level" "EslLevel" NOT NULL DEFAULT 'BEGINNER',
    "position" INTEGER NOT NULL,
    "vocabulary" JSONB NOT NULL DEFAULT '[]',
    "storyId" TEXT,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "EslLesson_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "EslProgress" (
    "userId" TEXT NOT NULL,
    "lessonId" TEXT NOT NULL,
    "score" DECIMAL(5,2),
    "completedAt" TIMESTAMP(3),
    "updatedAt" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "EslProgress_pkey" PRIMARY KEY ("userId","lessonId")
);

-- CreateIndex
CREATE UNIQUE INDEX "EslLesson_slug_key" ON "EslLesson"("slug");

-- CreateIndex
CREATE INDEX "EslLesson_level_position_idx" ON "EslLesson"("level", "position");

-- AddForeignKey
ALTER TABLE "EslLesson" ADD CONSTRAINT "EslLesson_storyId_fkey" FOREIGN KEY ("storyId") REFERENCES "Story"("id") ON DELETE SET NULL ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EslProgress" ADD CONSTRAINT "EslProgress_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "EslProgress" ADD CONSTRAINT "EslProgress_lessonId_fkey" FOREIGN KEY ("lessonId") REFERENCES "EslLesson"("id") ON DELETE CASCADE ON UPDATE CASCADE;

