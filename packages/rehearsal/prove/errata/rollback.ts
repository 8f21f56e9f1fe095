/** The plan's rollbacks and troubleshooting. */
import { equal, match, ok } from 'node:assert/strict'
import { namesOf, readRelease, swapDatabases, visit, waitForApp } from '@stories/shared'
import { restoreDatabase } from '../../../rollback/restore.ts'
import { call } from '../../operator.ts'
import { differences, inside } from '../../practice.ts'
import { ask, type Bench, copy, line, openedOn, reset, type } from './bench.ts'
import type { Case } from './case.ts'

const drop = `docker exec -i 1001-stories-db psql -U postgres -c "DROP DATABASE stories_db;"`
const admin = `SELECT name FROM "User" WHERE email LIKE 'admin@%'`

/** Writes what v3 might have written to a row that the dump has as well. */
const write = ({ practice }: Bench, database: string) =>
  inside(
    practice,
    `docker exec -i 1001-stories-db psql -qX -v ON_ERROR_STOP=1 -U postgres ${database} <<< "UPDATE \\"User\\" SET name = 'Written by v3' WHERE email LIKE 'admin@%'"`,
  )

export const rollback: Case[] = [
  {
    id: 'E34',
    section: 'Immediate Rollback',
    shape: 'plan',
    plan: async (bench) => {
      try {
        await type(bench, 'docker-compose down')
        const typed = await type(bench, drop)
        equal(typed.code, 1)
        return line(typed, /No such container/)
      } finally {
        await type(bench, 'docker-compose up -d', 120)
        await waitForApp(bench.found, bench.settings)
      }
    },
    ours: async (_, { deployment }) => {
      const { before, after, containers } = await deployment()
      equal(containers[0], containers[1])
      equal(differences(before, after).join('\n'), '')
      return 'immediate.ts went all the way back while the database’s container ran on'
    },
  },
  {
    id: 'E35',
    section: 'Immediate Rollback',
    shape: 'plan',
    short: true,
    plan: async (bench) => {
      // A visitor, so that the app has its connection.
      await visit(bench.settings, '/api/health/database')
      const typed = await type(bench, drop)
      equal(typed.code, 1)
      return line(typed, /being accessed by other users/)
    },
    ours: async (bench) => {
      const [live, next, before] = ['errata_e35', 'errata_e35_next', 'errata_e35_before'] as const
      for (const name of [live, next]) await copy(bench, name)
      await inside(bench.practice, `docker exec -i 1001-stories-db dropdb -U postgres --if-exists ${before}`)
      await write(bench, next)
      const session = type(
        bench,
        `docker exec 1001-stories-db psql -U postgres ${live} -c 'SELECT pg_sleep(30)'`,
      )
      await inside(
        bench.practice,
        `until [ "$(docker exec 1001-stories-db psql -XAt -U postgres -c "SELECT count(*) FROM pg_stat_activity WHERE datname = '${live}'")" = 1 ]; do sleep 0.1; done`,
      )
      await swapDatabases(bench.found.database, live, next, before)
      match((await session).stderr, /terminating connection/)
      equal(await ask(bench, live, admin), 'Written by v3')
      equal(await ask(bench, before, admin), 'Ada Admin')
      return 'with a session open, both databases change names; none is dropped'
    },
  },
  {
    id: 'E37',
    section: 'Immediate Rollback',
    shape: 'plan',
    plan: async (bench, { backup }) => {
      const directory = await backup()
      await type(bench, 'docker-compose stop app')
      await write(bench, 'stories_db')
      const typed = await type(
        bench,
        `BACKUP_DIR=${directory}
docker exec -i 1001-stories-db psql -U postgres -c "DROP DATABASE stories_db;"
docker exec -i 1001-stories-db psql -U postgres -c "CREATE DATABASE stories_db;"
docker exec -i 1001-stories-db psql -U postgres stories_db < $BACKUP_DIR/database_backup.sql`,
        120,
      )
      const name = await ask(bench, 'stories_db', admin)
      await type(bench, 'docker-compose start app')
      await reset(bench)
      equal(typed.code, 0)
      equal(name, 'Ada Admin')
      return 'what was written since is nowhere any more, without a word'
    },
    ours: async (bench, { deployment }) => {
      const { directory, said } = await deployment()
      const { after } = namesOf('stories_db', directory.split('/').at(-1)!)
      ok(await ask(bench, after, 'SELECT count("tokenVersion") FROM "User"'))
      match(said, new RegExp(`the new database is kept as ${after}`))
      return `${after} has all of it; what was written is shown before`
    },
  },
  {
    id: 'E38',
    section: 'Database-Only Rollback',
    shape: 'plan',
    plan: async (bench, { backup }) => {
      const directory = await backup()
      await write(bench, 'stories_db')
      const typed = await type(
        bench,
        `BACKUP_DIR=${directory}
docker exec -i 1001-stories-db psql -U postgres stories_db < $BACKUP_DIR/database_backup.sql`,
        120,
      )
      const name = await ask(bench, 'stories_db', admin)
      await reset(bench)
      equal(typed.code, 0)
      equal(name, 'Written by v3')
      return `${typed.stderr.match(/ERROR/g)?.length} errors, exit 0, and the changed row stays changed`
    },
    ours: async (bench, { deployment }) => {
      const opened = await openedOn(bench, (await deployment()).directory)
      const live = await copy(bench, 'errata_e38')
      const names = namesOf(live, opened.release)
      await inside(
        bench.practice,
        `for name in ${names.before} ${names.after}; do docker exec 1001-stories-db dropdb -U postgres --if-exists "$name"; done`,
      )
      await write(bench, live)
      const mark = `1001-stories: migrated for ${opened.release}`
      await ask(bench, 'postgres', `COMMENT ON DATABASE ${live} IS '${mark}'`)
      const database = { ...opened.database, name: live }
      const way = await restoreDatabase({ ...opened, database }, await readRelease(opened.directory))
      equal(way, 'dump')
      equal(await ask(bench, live, admin), 'Ada Admin')
      equal(await ask(bench, names.after, admin), 'Written by v3')
      return 'restored beside, compared table by table, swapped in; the other is kept'
    },
  },
  {
    id: 'E39',
    section: 'Troubleshooting 1. Migration Fails',
    shape: 'plan',
    plan: async (bench, { deployment }) => {
      const { directory } = await deployment()
      const { after } = namesOf('stories_db', directory.split('/').at(-1)!)
      const statement = `ALTER TABLE "User" DROP COLUMN IF EXISTS "tokenVersion";`
      const { stdout } = await type(
        bench,
        `docker exec -i 1001-stories-db psql -U postgres ${after} << 'EOF'
BEGIN;
${statement}
SELECT count(*) FROM information_schema.columns WHERE column_name = 'tokenVersion';
ROLLBACK;
EOF`,
      )
      match(stdout, /ALTER TABLE\n count \n-+\n +0\n/)
      return 'the column of the running v3 is gone with its values'
    },
    ours: async (bench, { deployment }) => {
      const { directory } = await deployment()
      const { after } = namesOf('stories_db', directory.split('/').at(-1)!)
      const { code, stderr } = await call(
        bench.practice,
        'rollback/troubleshooting/column-already-exists',
        ['--yes'],
        { environment: { DATABASE_NAME: after } },
      )
      equal(code, 3, stderr)
      match(stderr, /refused/)
      ok(await ask(bench, after, 'SELECT count("tokenVersion") FROM "User"'))
      return 'history, schema and code are compared; what does not fit is refused with 3, and the column stays'
    },
  },
  {
    id: 'E42',
    section: 'Troubleshooting 4. Database Connection Refused',
    shape: 'live',
    plan: async (bench) => {
      const typed = await type(bench, 'docker compose restart db')
      ok(typed.code !== 0)
      return line(typed, /no such service/)
    },
    ours: async (bench) => {
      await inside(bench.practice, 'docker stop 1001-stories-db')
      const { code, stderr } = await call(
        bench.practice,
        'rollback/troubleshooting/database-connection-refused',
        ['--yes'],
      )
      equal(code, 0, stderr)
      await waitForApp(bench.found, bench.settings)
      return 'found by its container, started, and the app answers from it'
    },
  },
]
