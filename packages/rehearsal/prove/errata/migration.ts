/** The plan's phase 4: every way in which a migration may look as if it had worked. */
import { equal, match, ok, rejects } from 'node:assert/strict'
import { countRows, execute } from '@stories/shared'
import type { Target } from '../../../deploy/image.ts'
import { forward, isMigrated, prisma, productionPlace } from '../../../deploy/migration/migrator.ts'
import { migrate } from '../../../deploy/migration/recipe.ts'
import { inside } from '../../practice.ts'
import { ask, type Bench, copy, line, reset, type Typed, type } from './bench.ts'
import type { Case } from './case.ts'

/** Phase 4, step 2. */
const diffAsPrinted = `docker-compose run --rm app npx prisma migrate diff \\
  --from-schema-datamodel prisma/schema.prisma \\
  --to-schema-datasource prisma/schema.prisma \\
  --script > migration.sql`

/** Phase 4, step 4. The role is a parameter, because the live one is another (E3). */
const applyAsPrinted = (
  user = 'postgres',
) => `docker exec -i 1001-stories-db psql -U ${user} stories_db << EOF
BEGIN;
SAVEPOINT before_migration;

-- Apply migration
$(cat migration.sql)

-- Verify critical tables
SELECT COUNT(*) FROM "User";
SELECT COUNT(*) FROM "Story";

-- If everything looks good, commit
COMMIT;
-- If issues, rollback: ROLLBACK TO before_migration;
EOF`

const deployAsPrinted = 'docker-compose run --rm app npx prisma migrate deploy'

/** Types the plan's step 4 with this migration.sql; a transaction that fails must still end with 0, or the plan would notice. */
async function apply(bench: Bench, sql: string, user?: string): Promise<Typed> {
  const folder = '/home/ubuntu/errata-migration'
  await inside(
    bench.practice,
    `mkdir -p ${folder}; cat > ${folder}/migration.sql; chown -R ubuntu ${folder}`,
    { input: sql },
  )
  const typed = await type(bench, `cd ${folder}; ${applyAsPrinted(user)}`)
  await inside(bench.practice, `rm -r ${folder}`)
  equal(typed.code, 0)
  return typed
}

const hasColumn = async (bench: Bench, database: string, column: string) =>
  (await ask(
    bench,
    database,
    `SELECT count(*) FROM information_schema.columns WHERE table_name = 'User' AND column_name = '${column}'`,
  )) === '1'

/** Lets compose's name of the app's image mean the new one, as after the plan's build; afterwards the old one again. */
async function withNewImage<T>(
  { practice, found }: Bench,
  { image }: Target,
  work: () => Promise<T>,
): Promise<T> {
  const { image: name, imageId } = found.app!
  await inside(practice, `docker tag ${image} ${name}`)
  try {
    return await work()
  } finally {
    await inside(practice, `docker tag ${imageId} ${name}`)
  }
}

/** The SQL from a database to the new code, as our own scripts make it. */
const forwardSql = async ({ found }: Bench, target: Target, database: string) =>
  (
    await prisma(target.migrator, productionPlace(found.database, database), [
      ...forward(target.prisma),
      '--script',
    ])
  ).stdout

/** Migrates a scratch copy by our recipe of a forward diff, with more SQL after it. */
async function migrateCopy(bench: Bench, target: Target, name: string, more = ''): Promise<void> {
  const { database } = bench.found
  await copy(bench, name)
  const sql = (await forwardSql(bench, target, name)) + more
  const applied = await ask(bench, name, 'SELECT string_agg(migration_name, $$,$$) FROM _prisma_migrations')
  const pending = target.migrations.filter((migration) => !applied.split(',').includes(migration))
  await migrate(target, database, productionPlace(database, name), 'diff', sql, pending)
}

const unsafe = `
ALTER TYPE "Role" ADD VALUE 'REVIEWER';
UPDATE "User" SET role = 'REVIEWER' WHERE email LIKE 'admin@%';`

// As Prisma writes it when values of an enum are removed: its own transaction; then a statement that fails.
const ownTransaction = `
BEGIN;
ALTER TABLE "User" ADD COLUMN "half" TEXT;
COMMIT;
ALTER TABLE "NoSuchTable" ADD COLUMN "other" TEXT;`

const failing = `
ALTER TABLE "User" ADD COLUMN "tokenVersion" INTEGER NOT NULL DEFAULT 0;
ALTER TABLE "NoSuchTable" ADD COLUMN "other" TEXT;`

export const migration: Case[] = [
  {
    id: 'E18',
    section: 'Phase 4: Database Migration',
    shape: 'plan',
    plan: async (bench) => {
      const typed = await type(
        bench,
        `git checkout -q v3-ui-overhaul; ${diffAsPrinted}; echo "exit $?"; cat migration.sql; rm migration.sql; git checkout -q feature/role-system-v2`,
      )
      match(typed.stdout, /^exit 0/)
      equal(typed.stdout.includes('tokenVersion'), false)
      return `the old image's schema is compared: ${line(typed, /empty migration/) || 'nothing of v3'}`
    },
    ours: async ({ practice }, { deployment, target }) => {
      const { directory } = await deployment()
      const sql = await inside(practice, `cat ${directory}/migration.sql`)
      match(sql, /ADD COLUMN +"tokenVersion"/)
      await inside(practice, `docker image inspect ${(await target()).migrator}`)
      return `the image of v3, with Prisma ${(await target()).prisma}, was there before anything stopped`
    },
  },
  {
    id: 'E19',
    section: 'Phase 4: Database Migration',
    shape: 'plan',
    plan: async (bench, { target }) => {
      const typed = await withNewImage(bench, await target(), () =>
        type(bench, `${diffAsPrinted}; echo "exit $?"; cat migration.sql; rm migration.sql`),
      )
      match(typed.stdout, /^exit 0/)
      match(typed.stdout, /DROP TABLE ("public"\.)?"EslLesson"/)
      return `exit 0, and ${line(typed, /DROP TABLE.*EslLesson/)}`
    },
    ours: async (bench, { target }) => {
      const sql = await forwardSql(bench, await target(), await copy(bench, 'errata_e19'))
      match(sql, /CREATE TABLE ("public"\.)?"EslLesson"/)
      equal(/DROP TABLE.*EslLesson/.test(sql), false)
      return 'the same two, the other way: CREATE TABLE "EslLesson"'
    },
  },
  {
    id: 'E20',
    section: 'Phase 4: Database Migration',
    shape: 'plan',
    short: true,
    plan: async (bench) => {
      const typed = await apply(bench, failing)
      equal(await hasColumn(bench, 'stories_db', 'tokenVersion'), false)
      return `${line(typed, /^ERROR/)}, exit 0`
    },
    ours: async (bench) => {
      const name = await copy(bench, 'errata_e20')
      await rejects(execute(bench.found.database, name, `BEGIN;${failing}\nCOMMIT;`), /NoSuchTable/)
      equal(await hasColumn(bench, name, 'tokenVersion'), false)
      return 'the first error ends it, and it is said'
    },
  },
  {
    id: 'E21',
    section: 'Phase 4: Database Migration',
    shape: 'plan',
    plan: async (bench) => {
      await apply(bench, ownTransaction)
      const half = await hasColumn(bench, 'stories_db', 'half')
      await reset(bench)
      ok(half)
      return 'half of it is there, exit 0'
    },
    ours: async (bench, { target }) => {
      await rejects(migrateCopy(bench, await target(), 'errata_e21', ownTransaction), /NoSuchTable/)
      for (const column of ['half', 'tokenVersion'])
        equal(await hasColumn(bench, 'errata_e21', column), false, column)
      return 'its BEGIN and COMMIT are taken out: all or nothing'
    },
  },
  {
    id: 'E22',
    section: 'Phase 4: Database Migration',
    shape: 'plan',
    plan: async (bench) => {
      const typed = await apply(bench, unsafe)
      const roles = await ask(bench, 'stories_db', 'SELECT enum_range(NULL::"Role")')
      equal(roles.includes('REVIEWER'), false)
      return `${line(typed, /unsafe use/)}, exit 0`
    },
    ours: async (bench, { target }) => {
      const { found } = bench
      await copy(bench, 'errata_e22')
      const { split } = await import('../../../deploy/migration/classify.ts')
      const { alone, rest } = await split(unsafe)
      equal(alone.length, 1)
      for (const statement of alone) await execute(found.database, 'errata_e22', statement)
      await execute(found.database, 'errata_e22', `BEGIN;\n${rest}\nCOMMIT;`)
      equal(await ask(bench, 'errata_e22', `SELECT count(*) FROM "User" WHERE role = 'REVIEWER'`), '1')
      await migrateCopy(bench, await target(), 'errata_e22')
      return 'the value goes first, on its own; the row has it'
    },
  },
  {
    id: 'E23',
    section: 'Phase 4: Database Migration',
    shape: 'plan',
    plan: async (bench, { target }) => {
      await apply(bench, await forwardSql(bench, await target(), 'stories_db'))
      ok(await hasColumn(bench, 'stories_db', 'tokenVersion'))
      const [first, again] = await withNewImage(bench, await target(), async () => [
        await type(bench, deployAsPrinted),
        await type(bench, deployAsPrinted),
      ])
      await reset(bench)
      equal(first!.code, 1)
      match(first!.stdout + first!.stderr, /P3018/)
      match(again!.stdout + again!.stderr, /P3009/)
      return `${line(first!, /P3018/)}; then P3009`
    },
    ours: async (bench, { target }) => {
      const { found } = bench
      const goal = await target()
      await migrateCopy(bench, goal, 'errata_e23')
      const place = productionPlace(found.database, 'errata_e23')
      const deploy = await prisma(goal.migrator, place, ['migrate', 'deploy'])
      match(deploy.stdout, /No pending migrations/)
      ok(await isMigrated(goal, place))
      return 'the diff is applied and its migrations marked: deploy has nothing left to do'
    },
  },
  {
    id: 'E24',
    section: 'Phase 4: Database Migration',
    shape: 'live',
    plan: async (bench, { rehearsed }) => {
      await rehearsed()
      const name = await copy(bench, 'errata_e24')
      const { database } = bench.found
      // The live image has no Prisma: the plan's words, run in an image that has.
      const [migrator = ''] = (
        await inside(
          bench.practice,
          `docker images --format '{{.Repository}}:{{.Tag}}' 1001-stories-migrator`,
        )
      ).split('\n')
      const { stdout } = await prisma(migrator, productionPlace(database, name), ['migrate', 'deploy'])
      match(stdout, /No pending migrations/)
      const lessons = await ask(bench, name, `SELECT count(*) FROM pg_class WHERE relname ILIKE '%esl%'`)
      equal(lessons, '0')
      return '“No pending migrations to apply.”, exit 0, and no table of v3'
    },
    ours: async ({ practice }, { rehearsed }) => {
      const directory = await rehearsed()
      const proof = JSON.parse(await inside(practice, `cat ${directory}/proof.json`)) as { recipe: string }
      equal(proof.recipe, 'diff')
      match(await inside(practice, `cat ${directory}/migration.sql`), /CREATE TABLE .*esl/i)
      return 'the copy decides for the forward diff, and nothing differs afterwards'
    },
  },
  {
    id: 'E25',
    section: 'Phase 4: Database Migration',
    shape: 'live',
    plan: async (bench) => {
      const typed = await apply(bench, 'CREATE TABLE errata_e25 (id int);', 'stories_user')
      equal(await ask(bench, 'stories_db', `SELECT to_regclass('errata_e25') IS NULL`), 't')
      return `${line(typed, /^ERROR/)}: all is rolled back, exit 0`
    },
    ours: async (bench) => {
      const { database } = bench.found
      const name = await copy(bench, 'errata_e25')
      await execute(database, name, 'CREATE TABLE errata_e25 (id int);')
      const rows = await countRows(database, name)
      ok((rows.get('public.users') ?? 0) > 0)
      ok(rows.has('public.errata_e25'))
      return `the table is there; counted by their real names, ${rows.get('public.users')} users`
    },
  },
]
