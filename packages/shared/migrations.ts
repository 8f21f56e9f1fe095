import type { Found } from './found.ts'
import { sha256 } from './hash.ts'
import { bash, read } from './server.ts'
import { literal, query } from './sql.ts'

/** A migration as the code has it. */
export interface Migration {
  name: string
  sql: string
}

/** What lies in a `prisma/migrations`: the migrations in their order, and .sql files that Prisma passes over (E24). */
export interface MigrationFiles {
  migrations: Migration[]
  /** By their path. */
  loose: Migration[]
}

/** A row of `_prisma_migrations`: what a database remembers of a migration. */
export interface Remembered {
  name: string
  checksum: string
  finished: boolean
  rolledBack: boolean
  /** What Prisma wrote down when it failed. */
  logs: string
}

/** What a database's memory and the code say of each other. */
export interface History {
  /** In the code and not finished in the database, in their order; a failed one among them. */
  pending: Migration[]
  /** Begun and never finished: Prisma refuses everything after it (P3009). */
  failed: Remembered[]
  /** Finished, and edited in the code since: `migrate status` does not see it. */
  edited: string[]
  /** Finished in the database and not in the code: the database is ahead of it. */
  unknown: string[]
}

/** Reads what {@link listMigrations} prints: for every file its path, a line feed, its text, a zero. */
export function readMigrations(listing: string): MigrationFiles {
  const files: MigrationFiles = { migrations: [], loose: [] }
  for (const part of listing.split('\0').filter(Boolean)) {
    const end = part.indexOf('\n')
    const [path, sql] = [part.slice(0, end), part.slice(end + 1)]
    const name = /^prisma\/migrations\/([^/]+)\/migration\.sql$/.exec(path)?.[1]
    if (name) files.migrations.push({ name, sql })
    else files.loose.push({ name: path, sql })
  }
  files.migrations.sort((a, b) => (a.name < b.name ? -1 : 1))
  return files
}

/** The bash text that lists all .sql files of a commit's `prisma/migrations`, or of the project folder's. */
function listMigrations(commit?: string): string {
  const [paths, content] = commit
    ? [`git ls-tree -r --name-only ${commit} prisma/migrations`, `git show ${commit}:"$path"`]
    : ['find prisma/migrations -name "*.sql" 2>/dev/null || true', 'cat "$path"']
  return `{ ${paths}; } | { grep '\\.sql$' || true; } | while IFS= read -r path; do printf '%s\\n' "$path"; ${content}; printf '\\0'; done`
}

/**
 * The migrations of a commit, or without one those of the project folder as it is.
 * @param commit its hash, or another name that git knows it by
 */
export const migrationsIn = async (commit?: string): Promise<MigrationFiles> =>
  readMigrations(await read(bash(listMigrations(commit))).text())

/** What a database remembers of its migrations, oldest first; nothing when it has no `_prisma_migrations`. */
export async function remembered(database: Found['database'], name = database.name): Promise<Remembered[]> {
  // Asked as one: a missing table would be an error before anything is asked.
  const rows = await query(
    database,
    name,
    `SELECT format('SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, translate(left(coalesce(logs, chr(32)), 400), chr(10) || chr(9), chr(32)) FROM %s ORDER BY started_at', oid::regclass)
     FROM pg_class WHERE oid = to_regclass('public._prisma_migrations') \\gexec`,
  )
  return rows.map(([name = '', checksum = '', finished, rolledBack, logs = '']) => ({
    name,
    checksum,
    finished: finished === 't',
    rolledBack: rolledBack === 't',
    logs,
  }))
}

/** Holds a database's memory against the code's migrations. One that was rolled back is as if it had never been. */
export function compareHistory(memory: Remembered[], migrations: Migration[]): History {
  const rows = memory.filter(({ rolledBack }) => !rolledBack)
  const done = new Map(rows.filter(({ finished }) => finished).map((row) => [row.name, row.checksum]))
  const names = new Set(migrations.map(({ name }) => name))
  return {
    pending: migrations.filter(({ name }) => !done.has(name)),
    // A second attempt that succeeded makes the first one history.
    failed: rows.filter(({ name, finished }) => !finished && !done.has(name)),
    edited: migrations
      .filter(({ name, sql }) => done.has(name) && done.get(name) !== sha256(sql))
      .map(({ name }) => name),
    unknown: [...done.keys()].filter((name) => !names.has(name)),
  }
}

/** What in a history stops a migration, in one line; pending ones do not. */
export function troubleOf({ failed, edited, unknown }: History): string | undefined {
  if (failed.length > 0)
    return `failed before (P3009): ${failed.map(({ name }) => name).join(', ')}; tsx packages/rollback/troubleshooting/column-already-exists.ts settles it`
  if (edited.length > 0) return `edited after they were applied: ${edited.join(', ')}`
  return unknown.length > 0 ? `the database is ahead of the code: ${unknown.join(', ')}` : undefined
}

/** Prisma's own lock: it takes it for every migration, in the database that it migrates. */
const MIGRATION_LOCK = 72707369

/**
 * Who holds Prisma's lock, a line each: a migrator that outlived its operator keeps it (P1002 for the next one).
 * @param except a database in which it does not matter
 */
export async function migrators(database: Found['database'], except = ''): Promise<string[]> {
  const rows = await query(
    database,
    'postgres',
    `SELECT a.pid, a.usename, d.datname, coalesce(host(a.client_addr), 'local'), date_trunc('second', now() - a.backend_start)
     FROM pg_locks l JOIN pg_stat_activity a USING (pid) JOIN pg_database d ON d.oid = l.database
     WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ${MIGRATION_LOCK} AND d.datname <> ${literal(except)}`,
  )
  return rows.map(
    ([pid, user, name, from, age]) => `process ${pid} of ${user} on ${name}, from ${from}, for ${age}`,
  )
}

/** What to do when somebody migrates, or died while migrating. */
export const MIGRATING_NEXT =
  'wait for it, or end it with SELECT pg_terminate_backend(process), then run this again'
