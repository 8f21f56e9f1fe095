import { createHash } from 'node:crypto'

/** A migration as its folder on a branch has it. */
export interface InTree {
  name: string
  /** SHA-256 of its migration.sql, as Prisma keeps it. */
  checksum: string
}

/** A row of `_prisma_migrations`. */
export interface InDatabase {
  name: string
  checksum: string
  finished: boolean
  rolledBack: boolean
}

/** What becomes of every migration, by name. */
export interface History {
  pending: string[]
  failed: string[]
  edited: string[]
  /** In the database and not in the code: the database is ahead of it. */
  unknown: string[]
}

export const checksumOf = (sql: string) => createHash('sha256').update(sql).digest('hex')

/** Compares a branch's migrations with a database's history, by name and checksum: `migrate status` does not see edits. */
export function compareHistory(tree: InTree[], database: InDatabase[]): History {
  const rows = database.filter(({ rolledBack }) => !rolledBack)
  const row = new Map(rows.map((one) => [one.name, one]))
  const names = new Set(tree.map(({ name }) => name))
  return {
    pending: tree.filter(({ name }) => !row.has(name)).map(({ name }) => name),
    failed: rows.filter(({ finished }) => !finished).map(({ name }) => name),
    edited: tree
      .filter(({ name, checksum }) => row.has(name) && row.get(name)?.checksum !== checksum)
      .map(({ name }) => name),
    unknown: rows.filter(({ name }) => !names.has(name)).map(({ name }) => name),
  }
}

/** Reads `sha256 *path` lines of migration.sql files. */
export function readTree(listing: string): { migrations: InTree[]; loose: string[] } {
  const lines = listing
    .split('\n')
    .map((line) => /^([0-9a-f]{64}) [ *]?(.+)$/.exec(line))
    .filter((match) => match !== null)
  const migrations = lines
    .map(([, checksum, path]) => ({
      checksum: checksum!,
      name: /([^/]+)\/migration\.sql$/.exec(path!)?.[1] ?? '',
    }))
    .filter(({ name }) => name)
  const loose = lines
    .map(([, , path]) => path!)
    .filter((path) => path.endsWith('.sql') && !path.endsWith('/migration.sql'))
  return { migrations: migrations.sort((a, b) => (a.name < b.name ? -1 : 1)), loose }
}

/** A row of `_prisma_migrations` as a query gives it: name, checksum, finished, rolled back. */
export const readRow = ([name = '', checksum = '', finished, rolledBack]: string[]): InDatabase => ({
  name,
  checksum,
  finished: finished === 't',
  rolledBack: rolledBack === 't',
})

/** What in a history stops a migration, in one line; pending ones do not. */
export function troubleOf({ failed, edited, unknown }: History): string | undefined {
  if (failed.length > 0)
    return `failed before (P3009): ${failed.join(', ')}; prisma migrate resolve settles it`
  if (edited.length > 0) return `edited after they were applied: ${edited.join(', ')}`
  return unknown.length > 0 ? `the database is ahead of the code: ${unknown.join(', ')}` : undefined
}
