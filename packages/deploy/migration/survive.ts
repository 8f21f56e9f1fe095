import { type Fingerprint, identifier, literal, type Opened, query, type Scratch } from '@stories/shared'
import { reachedIn } from './migrator.ts'
import { keptColumns } from './proof.ts'

/** The SQL that gives rows and checksum of the same columns of every kept table, whatever columns were added beside them. */
function contentSql(kept: Record<string, string[]>): string {
  const tables = Object.entries(kept).map(([name, columns]) => {
    const [schema = '', table = ''] = [name.slice(0, name.indexOf('.')), name.slice(name.indexOf('.') + 1)]
    const row = `ROW(${columns
      .sort()
      .map((column) => `t.${identifier(column)}`)
      .join(', ')})::text`
    return `SELECT ${literal(name)}, count(*), coalesce(sum(hashtextextended(${row}, 0)::numeric), 0) FROM ${identifier(schema)}.${identifier(table)} t`
  })
  return `SET timezone = 'UTC'; SET datestyle = 'ISO';\n${tables.join('\nUNION ALL\n')};`
}

/**
 * Compares every column that the migration keeps, in every table that it keeps, between the copy before and after.
 * @returns tables whose rows were lost or added, and tables whose kept columns hold something else now
 */
export async function compareKept(
  { database }: Opened,
  scratch: Scratch,
  migrated: string,
  before: Fingerprint,
  after: Fingerprint,
): Promise<{ rows: string[]; content: string[] }> {
  const kept = keptColumns(before, after)
  if (Object.keys(kept).length === 0) return { rows: [], content: [] }
  const inside = reachedIn(database, scratch.container)
  const sql = contentSql(kept)
  const [old, now] = await Promise.all([query(inside, scratch.name, sql), query(inside, migrated, sql)])
  const migratedRows = new Map(now.map(([name = '', rows, sum]) => [name, { rows, sum }]))
  const result: { rows: string[]; content: string[] } = { rows: [], content: [] }
  for (const [name = '', rows, sum] of old) {
    const other = migratedRows.get(name)
    if (other?.rows !== rows)
      result.rows.push(`${name} had ${rows} rows and has ${other?.rows} after the migration`)
    else if (other?.sum !== sum) result.content.push(name)
  }
  return result
}
