/** Migrations that must never reach production, and in which words they must be stopped before the maintenance page is on. */
import { inside, type Practice } from '../../practice.ts'

export interface Broken {
  name: string
  /** The files of a branch of its own, on top of v3; none when v3 itself is what meets trouble. */
  files?: Record<string, string>
  /** What is done to the server, and taken back. */
  before?: (practice: Practice) => Promise<unknown>
  after?: (practice: Practice) => Promise<unknown>
  script: string
  words?: string[]
  environment?: Record<string, string>
  /** What the refusal must say, on one line. */
  reason: RegExp
  short?: true
}

const folder = 'prisma/migrations'
const added = (sql: string) => ({ [`${folder}/20250915000000_broken/migration.sql`]: sql })
const tried = { script: 'deploy/test-migration' }

/** Runs psql in the database's container, in the background. */
const meanwhile = (sql: string) => (practice: Practice) =>
  inside(practice, `docker exec -d 1001-stories-db psql -qX -U postgres -d stories_db -c "${sql}"; sleep 1`)

const endSessions = (practice: Practice) =>
  inside(
    practice,
    `docker exec -i 1001-stories-db psql -qXAt -U postgres -o /dev/null <<< "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"`,
  )

// The volume that holds the database's files: on a disk of its own for as long as a case lasts.
const volume = `$(docker inspect -f '{{range .Mounts}}{{if eq .Type "volume"}}{{.Source}}{{end}}{{end}}' 1001-stories-db)`
const awaited = `until docker exec 1001-stories-db pg_isready -q -U postgres; do sleep 0.5; done; docker restart 1001-stories-app > /dev/null`

const smallDisk = (practice: Practice) =>
  inside(
    practice,
    `at=${volume}; docker stop 1001-stories-db > /dev/null; mkdir -p /mnt/small
    mount -t tmpfs -o size=$(($(du -sm $at | cut -f1) + 64))m small /mnt/small
    cp -a $at/. /mnt/small/; chown --reference=$at /mnt/small; chmod --reference=$at /mnt/small; mount --move /mnt/small $at
    docker start 1001-stories-db > /dev/null; ${awaited}`,
  )

const ownDisk = (practice: Practice) =>
  inside(
    practice,
    `at=${volume}; docker stop 1001-stories-db > /dev/null; umount $at; docker start 1001-stories-db > /dev/null; ${awaited}`,
  )

export const BROKEN: Broken[] = [
  {
    name: 'fails half way',
    files: added(
      'ALTER TABLE "User" ADD COLUMN "half" TEXT;\nALTER TABLE "NoSuchTable" ADD COLUMN "a" TEXT;\n',
    ),
    ...tried,
    reason: /20250915000000_broken: relation "NoSuchTable" does not exist \(P3018, 42P01\)/,
  },
  {
    name: 'NOT NULL on existing nulls',
    files: added('ALTER TABLE "User" ALTER COLUMN "organization" SET NOT NULL;\n'),
    ...tried,
    reason: /"organization" .*contains null values \(P3018, 23502\); 20250915000000_broken:1 .*: \d+/,
    short: true,
  },
  {
    name: 'duplicate keys for a new unique index',
    files: added('CREATE UNIQUE INDEX "Story_language_key" ON "Story"("language");\n'),
    ...tried,
    reason:
      /could not create unique index "Story_language_key".*\(P3018, 23505\); 20250915000000_broken:1 .*: \d+/,
  },
  {
    name: 'a new enum value used at once',
    files: added(
      `ALTER TYPE "Role" ADD VALUE 'REVIEWER';\nUPDATE "User" SET role = 'REVIEWER' WHERE email LIKE 'admin@%';\n`,
    ),
    ...tried,
    reason: /unsafe use of new value "REVIEWER".*\(P3018, 55P04\)/,
  },
  {
    name: 'embedded COMMIT',
    files: added(
      'ALTER TABLE "User" ADD COLUMN "half" TEXT;\nCOMMIT;\nALTER TABLE "NoSuchTable" ADD COLUMN "a" TEXT;\n',
    ),
    ...tried,
    reason: /20250915000000_broken: line 2: COMMIT can't be taken out of the migration \(E21\)/,
  },
  {
    name: 'wrong direction',
    files: added(
      'ALTER TABLE "User" DROP COLUMN "theme", DROP COLUMN "tokenVersion";\nDROP TABLE "EslProgress";\n',
    ),
    ...tried,
    reason:
      /still not what prisma\/schema\.prisma wants; recipe diff: it would leave undone .*drop column User\.tokenVersion/,
  },
  {
    name: 'history edited',
    files: { [`${folder}/20250618080000_role_system/migration.sql`]: '-- edited afterwards\n' },
    ...tried,
    reason: /edited after they were applied: 20250618080000_role_system/,
    short: true,
  },
  {
    name: 'needs an extension that is not there',
    files: added('CREATE EXTENSION "vector";\n'),
    ...tried,
    reason: /extension "vector" is not available.*\(P3018, \w{5}\)/,
  },
  {
    name: 'loose sql',
    files: {
      [`${folder}/backfill_roles.sql`]: `UPDATE "User" SET role = 'TEACHER' WHERE organization IS NOT NULL;\n`,
    },
    ...tried,
    reason: /nothing would run what they do: prisma\/migrations\/backfill_roles\.sql:1 update/i,
    short: true,
  },
  {
    name: 'slow',
    files: added('SELECT pg_sleep(60);\n'),
    ...tried,
    environment: { MIGRATION_MINUTES: '1' },
    reason: /Too slow for the window: phase 4 will take .*MIGRATION_MINUTES=1 allows less/,
  },
  {
    name: 'an orphan holds the lock',
    before: meanwhile('SELECT pg_advisory_lock(72707369), pg_sleep(900)'),
    after: endSessions,
    ...tried,
    reason: /Somebody holds Prisma's migration lock: process \d+ of postgres on stories_db, from local/,
    short: true,
  },
  {
    name: 'out of disk',
    before: smallDisk,
    after: ownDisk,
    script: 'deploy/migration-check',
    reason:
      /FAILED +6\. Room for a copy of the database +no room for a copy of the database: .* needed .* free/,
  },
]
