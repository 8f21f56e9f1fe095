import { createHash } from 'node:crypto'

/** A row of `_prisma_migrations`: what the database remembers of a migration. */
export interface Remembered {
  name: string
  checksum: string
  finished: boolean
  rolledBack: boolean
  /** What Prisma wrote down when it failed. */
  logs: string
}

/** A migration as the code has it. */
export interface Migration {
  name: string
  sql: string
}

/** What history and code say of each other. */
export interface History {
  /** Begun and never finished: Prisma refuses everything after it (P3009). */
  failed: Remembered[]
  /** In the code, and not finished in the database, in their order; a failed one among them. */
  open: Migration[]
  /** Finished in the database, and gone from the code or edited since. */
  foreign: string[]
  edited: string[]
}

/** Holds the database's memory against the code's migrations. */
export function compare(remembered: Remembered[], migrations: Migration[]): History {
  const done = new Map(
    remembered.filter((row) => row.finished && !row.rolledBack).map((row) => [row.name, row.checksum]),
  )
  return {
    failed: remembered.filter((row) => !row.finished && !row.rolledBack && !done.has(row.name)),
    open: migrations.filter(({ name }) => !done.has(name)),
    foreign: [...done.keys()].filter((name) => !migrations.some((one) => one.name === name)),
    edited: migrations
      .filter(({ name, sql }) => done.has(name) && done.get(name) !== checksum(sql))
      .map(({ name }) => name),
  }
}

/** Prisma's checksum of a migration: SHA-256 of the file. */
export const checksum = (sql: string) => createHash('sha256').update(sql).digest('hex')

/**
 * What is to be done, and why. `applied`: the database has all that the code wants, only its history doesn't know it.
 * `rolled-back`: it lacks something, and a failed migration bars the way. `test`: it lacks something, nothing bars the way.
 */
export interface Verdict {
  kind: 'nothing' | 'applied' | 'rolled-back' | 'test'
  names: string[]
  says: string
}

/** @param same the database is what the code's schema wants: `migrate diff --exit-code` found no difference */
export function verdict({ failed, open }: History, same: boolean): Verdict {
  const names = open.map(({ name }) => name)
  if (same && open.length === 0 && failed.length === 0)
    return { kind: 'nothing', names: [], says: 'history, schema and database agree' }
  // A migration that failed and has left the code since can't be applied any more: it is put out of the way.
  const stray = failed.map(({ name }) => name).filter((name) => !names.includes(name))
  if (same && open.length > 0)
    return {
      kind: 'applied',
      names,
      says: `the database has all that the code wants; its history lacks ${names.join(', ')}`,
    }
  if (same)
    return {
      kind: 'rolled-back',
      names: stray,
      says: `the database is right; ${stray.join(', ')} failed and is not in the code`,
    }
  if (failed.length > 0)
    return {
      kind: 'rolled-back',
      names: failed.map(({ name }) => name),
      says: `${failed.map(({ name }) => name).join(', ')} failed, and the database lacks something that the code wants`,
    }
  return {
    kind: 'test',
    names,
    says: 'the database lacks something that the code wants, and no migration failed',
  }
}

/** Whether a migration does something to rows, which a comparison of schemas can't see: `--applied` would leave it undone. */
export const changesRows = ({ sql }: Migration) =>
  /^\s*(INSERT|UPDATE|DELETE|MERGE|COPY|TRUNCATE|DO|SELECT|CALL|WITH)\b/im.test(sql.replace(/--.*$/gm, ''))
