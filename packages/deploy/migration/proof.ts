import { type Fingerprint, type Remembered, sha256 } from '@stories/shared'
import type { Tried } from './try.ts'
import type { Prediction } from './window.ts'

/** How the target's migration is brought about; the copy decided which works. */
export type Recipe = 'deploy' | 'diff'

/** What test-migration.ts proved on a copy, and phase4.ts holds to. Kept as `proof.json` in the release directory. */
export interface Proof {
  commit: string
  recipe: Recipe
  /** SHA-256 of migration.sql. */
  sql: string
  /** SHA-256 of the schema that was migrated; production's must be the same. */
  schema: string
  /** SHA-256 of the schema that came out, in which Prisma found no difference to the code. */
  result: string
  /** SHA-256 of what the database remembered of its migrations. */
  history: string
  /** Ids of the images that were tried. */
  images: string
  /** Migrations that the recipe applies or resolves, in order. */
  migrations: string[]
  losses: Loss[]
  /** Nothing lost, and the old code runs on the migrated copy. */
  additive: boolean
  /** Milliseconds that the migration of the copy took. */
  ms: number
  /** What phase 4 will take. */
  predicted: Prediction
  /** Bytes of room that phase 4 needs where the database lies. */
  room: number
  proved: string
}

/** A table or a column that is gone after the migration, with the rows that it held. */
export interface Loss {
  what: 'table' | 'column'
  name: string
  rows: number
}

/** The schema alone: where sequences stand and what tables hold changes while the site is used. */
export function catalogOf({ catalog }: Fingerprint): Fingerprint['catalog'] {
  const lines = Object.entries(catalog).filter(([name]) => !name.startsWith('sequence '))
  return Object.fromEntries(lines.sort(([a], [b]) => (a < b ? -1 : 1)))
}

export const schemaHash = (fingerprint: Fingerprint) =>
  sha256(JSON.stringify(Object.entries(catalogOf(fingerprint))))

export const historyHash = (memory: Remembered[]) =>
  sha256(
    memory
      .map(({ name, checksum, finished, rolledBack }) => `${name} ${checksum} ${finished} ${rolledBack}\n`)
      .join(''),
  )

const columnsOf = (fingerprint: Fingerprint) =>
  Object.keys(fingerprint.catalog)
    .filter((name) => name.startsWith('column '))
    .map((name) => name.slice(7))

const tableOf = (column: string) => column.slice(0, column.lastIndexOf('.'))

/** What the migration of a copy lost: tables and columns that are gone, with their rows. Columns of a lost table go with it. */
export function lossesOf(before: Fingerprint, after: Fingerprint): Loss[] {
  const gone = Object.keys(before.tables).filter((table) => !after.tables[table])
  const left = new Set(columnsOf(after))
  const columns = columnsOf(before).filter((column) => {
    const table = tableOf(column)
    return before.tables[table] !== undefined && !gone.includes(table) && !left.has(column)
  })
  return [
    ...gone.map((name): Loss => ({ what: 'table', name, rows: before.tables[name]!.rows })),
    ...columns.map((name): Loss => ({ what: 'column', name, rows: before.tables[tableOf(name)]!.rows })),
  ].sort((a, b) => (a.name < b.name ? -1 : 1))
}

/** The columns of every table that both sides have, for a comparison of what should be the same content. */
export function keptColumns(before: Fingerprint, after: Fingerprint): Record<string, string[]> {
  const left = new Set(columnsOf(after))
  const kept: Record<string, string[]> = {}
  for (const column of columnsOf(before)) {
    const table = tableOf(column)
    if (
      !left.has(column) ||
      !before.tables[table] ||
      !after.tables[table] ||
      table.endsWith('._prisma_migrations')
    )
      continue
    kept[table] = [...(kept[table] ?? []), column.slice(table.length + 1)]
  }
  return kept
}

/** What was seen of a target on the copy, beside what its migration did. */
export interface Witnessed {
  commit: string
  before: Fingerprint
  after: Fingerprint
  history: Remembered[]
  images: string
  losses: Loss[]
  /** The old app works on the migrated copy. */
  oldWorks: boolean
  predicted: Prediction
  room: number
}

/** What was proven, as phase4.ts and the go/no-go table read it. */
export const prove = (tried: Tried, seen: Witnessed): Proof => ({
  commit: seen.commit,
  recipe: tried.recipe,
  sql: sha256(tried.sql),
  schema: schemaHash(seen.before),
  result: schemaHash(seen.after),
  history: historyHash(seen.history),
  images: seen.images,
  migrations: tried.migrations,
  losses: seen.losses,
  additive: seen.losses.length === 0 && seen.oldWorks && tried.reviewed.additive,
  ms: tried.ms,
  predicted: seen.predicted,
  room: seen.room,
  proved: new Date().toISOString(),
})
