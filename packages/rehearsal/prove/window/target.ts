import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { patient } from '../../operator.ts'
import { commitTo, inside, type Practice } from '../../practice.ts'
import { here } from '../../state.ts'

/** The branch that {@link layAdditive} makes. */
export const BRANCH = 'feature/bookmarks'

/** The settings with which it is deployed: it is the old site with one thing more, not the plan's v3. */
export const environment = {
  TARGET_BRANCH: BRANCH,
  ESL_PATH: '/stories',
  ...patient,
}

const read = (path: string) => readFileSync(join(here, 'app', path), 'utf8')

const MODEL = `
model Bookmark {
  id        String   @id @default(cuid())
  userId    String
  storyId   String
  createdAt DateTime @default(now())
  user      User     @relation(fields: [userId], references: [id], onDelete: Cascade)

  @@unique([userId, storyId])
}
`

/** With the names of the plan's server; the live one has mapped names, and brings no migration at all. */
const MIGRATION = `-- AlterEnum
ALTER TYPE "Role" ADD VALUE 'CUSTOMER';
ALTER TYPE "Role" ADD VALUE 'EDITOR';
ALTER TYPE "Role" ADD VALUE 'PUBLISHER';

-- AlterTable
ALTER TABLE "User" ADD COLUMN "bio" TEXT,
ADD COLUMN "tokenVersion" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "Bookmark" (
    "id" TEXT NOT NULL,
    "userId" TEXT NOT NULL,
    "storyId" TEXT NOT NULL,
    "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "Bookmark_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "User_createdAt_idx" ON "User"("createdAt");

-- CreateIndex
CREATE UNIQUE INDEX "Bookmark_userId_storyId_key" ON "Bookmark"("userId", "storyId");

-- AddForeignKey
ALTER TABLE "Bookmark" ADD CONSTRAINT "Bookmark_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User"("id") ON DELETE CASCADE ON UPDATE CASCADE;
`

/**
 * Makes a branch of the old site on the git origin that wants columns, a table, an index and values of an enum more, among
 * them what the plan's database checks ask for. Its app reads the new
 * column: it is not healthy on the old database, and the old app is on the new one.
 * @param more further files of the branch, path in the project → content
 * @returns its commit
 */
export async function layAdditive(practice: Practice, more: Record<string, string> = {}): Promise<string> {
  const schema = read(`${practice.shape}/v2/prisma/schema.prisma`)
    .replace(
      /^(model User \{[\s\S]*?)(\n {2}stories )/m,
      (_, start, rest) =>
        `${start}\n  bio String?\n  tokenVersion Int @default(0)\n  bookmarks Bookmark[]${rest}`,
    )
    .replace('  ADMIN\n}', '  ADMIN\n  CUSTOMER\n  EDITOR\n  PUBLISHER\n}')
    .replace('  @@index([role])\n', '  @@index([role])\n  @@index([createdAt])\n')
  const release = read('common/v2/release.mjs')
    .replace("version = 'v2'", "version = 'v2 with bookmarks'")
    .replace("'id, email, name, role'", "'id, email, name, role, bio'")
  await inside(
    practice,
    `cd /srv/git/1001project.git; sudo -u ubuntu git branch --force ${BRANCH} feature/role-system-v2`,
  )
  return commitTo(practice, BRANCH, {
    'prisma/schema.prisma': `${schema.trimEnd()}\n${MODEL}`,
    'release.mjs': release,
    ...(practice.shape === 'plan' && {
      'prisma/migrations/20251001090000_bookmarks/migration.sql': MIGRATION,
    }),
    ...more,
  })
}
