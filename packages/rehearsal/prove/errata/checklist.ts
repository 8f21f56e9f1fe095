/** The plan's checklist: backup, verification, the test of the migration, the check of the schema. */
import { equal, match, ok } from 'node:assert/strict'
import { call } from '../../operator.ts'
import { inside, type Practice } from '../../practice.ts'
import { ask, type Bench, copy, inScratch, line, type } from './bench.ts'
import type { Case } from './case.ts'

const backups = '/home/ubuntu/backups'

/** Removes the empty directories of root that the plan's `sudo mkdir` leaves. */
const sweep = ({ practice }: Bench) =>
  inside(practice, `[ ! -d ${backups} ] || find ${backups} -maxdepth 1 -user root -type d -empty -delete`)

const lines = (text: string) => text.split('\n').filter(Boolean)

/** A copy of a backup with its dump emptied or cut; the directory is all that `ls` looks at. */
async function damaged(practice: Practice, directory: string, how: string): Promise<string> {
  const folder = '/home/ubuntu/errata-damaged'
  await inside(practice, `rm -rf ${folder}; cp -a ${directory} ${folder}; cd ${folder}; ${how}`)
  return folder
}
const empty = ': > database_backup.sql'
const cut = 'truncate -s -4096 database_backup.sql'

export const checklist: Case[] = [
  {
    id: 'E1',
    section: '1. Backup Current State',
    shape: 'plan',
    plan: async (bench) => {
      // The second in between is what it takes to type the second line.
      const typed = await type(
        bench,
        `sudo mkdir -p /home/ubuntu/backups/$(date +%Y%m%d_%H%M%S)
sleep 1
BACKUP_DIR="/home/ubuntu/backups/$(date +%Y%m%d_%H%M%S)"
ls -d $BACKUP_DIR`,
      )
      await sweep(bench)
      equal(typed.code, 2)
      return line(typed, /No such file/)
    },
    ours: async ({ practice }, { backup }) => {
      const directory = await backup()
      const others = await inside(practice, `ls -d ${backups}/[0-9]*/incomplete 2>/dev/null || true`)
      equal(others, '')
      await inside(practice, `cd ${directory}; ls database_backup.sql code_backup.tar.gz .env.backup`)
      return `everything is in ${directory}`
    },
  },
  {
    id: 'E2',
    section: '1. Backup Current State',
    shape: 'plan',
    short: true,
    plan: async (bench) => {
      const typed = await type(
        bench,
        `BACKUP_DIR="/home/ubuntu/backups/20250905_043000"; sudo mkdir -p $BACKUP_DIR
docker exec 1001-stories-db pg_dump -U postgres stories_db > $BACKUP_DIR/database_backup.sql`,
      )
      await sweep(bench)
      equal(typed.code, 1)
      return line(typed, /Permission denied/)
    },
    ours: async ({ practice }, { backup }) => {
      const about = await inside(practice, `stat -c '%U %a' ${await backup()}`)
      equal(about.trim(), 'ubuntu 700')
      return 'the directory is ubuntu’s own, 0700'
    },
  },
  {
    id: 'E3',
    section: '1. Backup Current State',
    shape: 'live',
    plan: async (bench) => {
      const typed = await type(
        bench,
        `BACKUP_DIR=$(mktemp -d)
docker exec 1001-stories-db pg_dump -U postgres stories_db > $BACKUP_DIR/database_backup.sql
stat -c '%s bytes' $BACKUP_DIR/database_backup.sql`,
      )
      equal(typed.stdout.trim(), '0 bytes')
      return `${line(typed, /role "postgres"/)}; 0 bytes`
    },
    ours: async ({ practice }, { backup }) => {
      const directory = await backup()
      const end = await inside(practice, `tail -n 5 ${directory}/database_backup.sql`)
      match(end, /PostgreSQL database dump complete/)
      return 'dumped as stories_user, whole'
    },
  },
  {
    id: 'E4',
    section: '1. Backup Current State',
    shape: 'plan',
    short: true,
    plan: (bench) =>
      inScratch(bench, async (folder) => {
        const typed = await type(
          bench,
          `cd ${folder}; mkdir -p node_modules/left-over; BACKUP_DIR=$(mktemp -d)
sudo tar -czf $BACKUP_DIR/code_backup.tar.gz . --exclude=node_modules --exclude=.next; echo "exit $?"
tar -tzf $BACKUP_DIR/code_backup.tar.gz | grep -c node_modules`,
        )
        const [code, count] = lines(typed.stdout)
        equal(code, 'exit 2')
        ok(Number(count) > 0)
        return 'exit 2, and node_modules is in the archive'
      }),
    ours: async ({ practice }, { backup }) => {
      const names = lines(await inside(practice, `tar -tzf ${await backup()}/code_backup.tar.gz`))
      ok(names.includes('./.git/HEAD'))
      equal(
        names.some((name) => /^\.\/(node_modules|\.next)/.test(name)),
        false,
      )
      return `${names.length} entries with .git, without node_modules and .next`
    },
  },
  {
    id: 'E6',
    section: '1. Backup Current State',
    shape: 'plan',
    plan: async (bench) => {
      // The image of the database stands in for `alpine`, which has the same tar and can't be pulled everywhere.
      const typed = await type(
        bench,
        `docker image inspect alpine >/dev/null 2>&1 || docker tag postgres:15 alpine; BACKUP_DIR=$(mktemp -d)
docker run --rm -v 1001-stories_postgres_data:/data -v $BACKUP_DIR:/backup alpine tar -czf /backup/postgres_volume.tar.gz -C /data .; echo "exit $?"
tar -tzf $BACKUP_DIR/postgres_volume.tar.gz
docker volume rm 1001-stories_postgres_data; docker rmi alpine`,
      )
      const [code, ...names] = lines(typed.stdout)
      equal(code, 'exit 0')
      equal(names.includes('./PG_VERSION'), false)
      return 'exit 0, and the archive of a new empty volume'
    },
    ours: async ({ practice }, { backup }) => {
      const names = lines(await inside(practice, `tar -tzf ${await backup()}/postgres_volume.tar.gz`))
      ok(names.includes('PG_VERSION') && names.includes('backup_manifest'))
      return `${names.length} files of the cluster, with their manifest`
    },
  },
  {
    id: 'E8',
    section: '2. Verify Backups',
    shape: 'plan',
    plan: async (bench, { backup }) => {
      for (const how of [empty, cut]) {
        const folder = await damaged(bench.practice, await backup(), how)
        const typed = await type(bench, `BACKUP_DIR=${folder}; ls -la $BACKUP_DIR/`)
        equal(typed.code, 0)
        match(typed.stdout, /database_backup\.sql/)
      }
      return 'an empty dump and a cut one are listed, exit 0'
    },
    ours: async ({ practice }, { backup, deployment }) => {
      for (const how of [empty, cut]) {
        const folder = await damaged(practice, await backup(), how)
        const { code, stderr } = await call(practice, 'backup/verify', ['--backup-dir', folder])
        equal(code, 3, stderr)
        match(stderr, /database_backup\.sql has/)
      }
      const { directory } = await deployment()
      await inside(practice, `test -s ${directory}/verified.json; rm -rf /home/ubuntu/errata-damaged`)
      return 'verify.ts refuses both with 3, and passes the whole one'
    },
  },
  {
    id: 'E9',
    section: '3. Test Database Migration Locally',
    shape: 'plan',
    plan: async (bench, { target }) => {
      const { image } = await target()
      await copy(bench, 'test_db')
      await inside(
        bench.practice,
        `docker exec -i 1001-stories-db psql -qX -v ON_ERROR_STOP=1 -U postgres <<< "
          CREATE ROLE test_user LOGIN PASSWORD 'test_pass'; GRANT ALL ON DATABASE test_db TO test_user"
docker exec -i 1001-stories-db psql -qX -v ON_ERROR_STOP=1 -U postgres test_db <<< 'GRANT ALL ON SCHEMA public TO test_user; GRANT ALL ON ALL TABLES IN SCHEMA public TO test_user'`,
      )
      // The new code's image, in the database's network, is the local machine with the branch checked out and installed.
      const typed = await type(
        bench,
        `docker run --rm --network container:1001-stories-db ${image} sh -c 'DATABASE_URL="postgresql://test_user:test_pass@localhost:5432/test_db" npx prisma migrate dev --name v3_migration'`,
      )
      await inside(
        bench.practice,
        `docker exec -i 1001-stories-db psql -qX -U postgres -c 'DROP DATABASE test_db WITH (FORCE)' -c 'DROP ROLE test_user'`,
      )
      equal(typed.code, 1)
      return line(typed, /P3014|shadow database/)
    },
    ours: async ({ practice }, { deployment }) => {
      const { directory } = await deployment()
      const proof = JSON.parse(await inside(practice, `cat ${directory}/proof.json`)) as {
        recipe: string
        losses: { rows: number }[]
      }
      equal(proof.recipe, 'deploy')
      return `the backup's copy is migrated, ${proof.losses.length} tables to be lost are counted`
    },
  },
  {
    id: 'E10',
    section: '4. Prepare Migration Scripts',
    shape: 'live',
    plan: async (bench) => {
      const typed = await type(
        bench,
        `docker exec -i 1001-stories-db psql -U stories_user stories_db << 'EOF'
-- Check current schema
SELECT column_name, data_type 
FROM information_schema.columns 
WHERE table_name = 'User';
EOF`,
      )
      equal(typed.code, 0)
      match(typed.stdout, /\(0 rows\)/)
      return '(0 rows), exit 0'
    },
    ours: async (bench, { rehearsed }) => {
      await rehearsed()
      const { code, stdout, stderr } = await call(bench.practice, 'deploy/migration-check')
      equal(code, 0, stderr)
      match(stdout, /users has [1-9]\d* columns/)
      const orders = await ask(bench, bench.found.database.name, 'SELECT count(*) FROM orders')
      ok(stdout.includes(`${orders} rows in orders`))
      return `migration-check.ts finds users and ${orders} orders`
    },
  },
]
