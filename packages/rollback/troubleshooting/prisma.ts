import { bash, type Found, type Opened, query, quote, read, refuse, server } from '@stories/shared'
import type { Migration, Remembered } from './history.ts'

/** Prisma's own lock: it takes it for every migration, in whichever database. */
const MIGRATION_LOCK = 72707369

/** What `_prisma_migrations` remembers; nothing when there is no such table. */
export async function remembered(database: Found['database']): Promise<Remembered[]> {
  const [there] = await query(
    database,
    database.name,
    `SELECT 1 WHERE to_regclass('_prisma_migrations') IS NOT NULL`,
  )
  if (!there) return []
  const rows = await query(
    database,
    database.name,
    `SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NOT NULL,
       translate(left(coalesce(logs, ''), 400), E'\\n\\t', '  ') FROM _prisma_migrations ORDER BY started_at`,
  )
  return rows.map(([name = '', checksum = '', finished, rolledBack, logs = '']) => ({
    name,
    checksum,
    finished: finished === 't',
    rolledBack: rolledBack === 't',
    logs,
  }))
}

/** The migrations of the project folder, in their order; loose .sql files are none (E24). */
export async function migrations(): Promise<Migration[]> {
  const answer = await read`cd prisma/migrations 2>/dev/null || exit 0
    for file in */migration.sql; do [ ! -f "$file" ] || { printf '%s\n' "$file"; cat "$file"; printf '\\0'; }; done`.text()
  return answer
    .split('\0')
    .filter(Boolean)
    .map((part) => {
      const end = part.indexOf('\n')
      return { name: part.slice(0, end).replace(/\/migration\.sql$/, ''), sql: part.slice(end + 1) }
    })
}

/** Who holds Prisma's lock: a migrator that outlived its operator keeps it (P1002 for the next one). */
export async function migrators(database: Found['database']): Promise<string[]> {
  const rows = await query(
    database,
    'postgres',
    `SELECT a.pid, a.datname, coalesce(host(a.client_addr), 'local'), date_trunc('second', now() - a.backend_start)
     FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.objid = ${MIGRATION_LOCK}`,
  )
  return rows.map(([pid, name, from, age]) => `process ${pid} on ${name}, from ${from}, for ${age}`)
}

/** The image that Prisma runs in, and the version that the code's lock file pins. */
export interface Prisma {
  image: string
  version: string
}

/** An image with the CLI of exactly this commit when one was built, else the app's own (E18). */
export async function findPrisma({ found }: Opened): Promise<Prisma> {
  const migrator = `1001-stories-migrator:${found.head.slice(0, 12)}`
  const answer =
    await read`docker image inspect ${migrator} >/dev/null 2>&1 && echo ok || echo none; cat package-lock.json 2>/dev/null || echo '{}'`.text()
  const at = answer.indexOf('\n')
  const packages = (JSON.parse(answer.slice(at)) as { packages?: Record<string, { version?: string }> })
    .packages
  const version =
    packages?.['node_modules/prisma']?.version ?? packages?.['node_modules/@prisma/client']?.version
  if (!version) refuse('package-lock.json on the server pins no Prisma: which one to run is not known')
  return { image: answer.slice(0, at) === 'ok' ? migrator : (found.app?.imageId ?? ''), version }
}

/**
 * The bash text that runs Prisma in a container beside the database, on the project folder's own prisma/. The database's
 * address comes on stdin and reaches it by its environment alone. An image without the CLI fetches the pinned version (E18).
 */
function script({ image, version }: Prisma, { found, settings }: Opened, words: string[]): string {
  const inside = `PATH="$PWD/node_modules/.bin:\${STORIES_PRISMA:-/none}/node_modules/.bin:$PATH"
command -v prisma >/dev/null && exec prisma "$@"; exec npx --yes prisma@${version} "$@"`
  return `DATABASE_URL=$(cat); export DATABASE_URL
docker run --rm --user 0 --network ${quote(found.database.container.networks[0] ?? 'none')} -e DATABASE_URL -e CHECKPOINT_DISABLE=1 -e NO_COLOR=1 \\
  -v ${quote(`${settings.PROJECT_DIR}/prisma`)}:/stories/prisma:ro ${quote(image)} sh -c ${quote(inside)} prisma ${words.map(quote).join(' ')}`
}

function address({ database }: Opened): string {
  const password = encodeURIComponent(database.container.environment['POSTGRES_PASSWORD'] ?? '')
  return `postgresql://${encodeURIComponent(database.user)}:${password}@${database.container.name}:5432/${encodeURIComponent(database.name)}?schema=public`
}

const SCHEMA = '/stories/prisma/schema.prisma'

/** How the database differs from what the code wants, in Prisma's words; undefined when it doesn't (E19, E24). */
export async function difference(prisma: Prisma, opened: Opened): Promise<string | undefined> {
  const words =
    Number(prisma.version.split('.')[0]) >= 7
      ? ['--from-config-datasource', '--to-schema', SCHEMA]
      : ['--from-schema-datasource', SCHEMA, '--to-schema-datamodel', SCHEMA]
  const answer = await read({ input: address(opened) })(
    bash(script(prisma, opened, ['migrate', 'diff', ...words, '--exit-code'])),
  ).nothrow()
  if (answer.exitCode === 0) return undefined
  if (answer.exitCode === 2) return answer.stdout.trim()
  throw answer
}

/** Corrects the history alone: no table is touched. */
export async function resolve(
  prisma: Prisma,
  opened: Opened,
  as: 'applied' | 'rolled-back',
  name: string,
): Promise<void> {
  const words = ['migrate', 'resolve', `--${as}`, name, '--schema', SCHEMA]
  await server({ input: address(opened) })(bash(script(prisma, opened, words)))
}
