import { literal, quote } from './nodes.ts'
import type { Release } from './release.ts'

// Questions to the database as it is before the release, under the names that things had then. Each gives a count.

/** Rows of a table, or those that meet a condition. */
export function count(release: Release, table: string, condition?: string): string {
  const where = condition ? ` WHERE ${condition}` : ''
  return ask(release, [table], `SELECT count(*) FROM ${release.before('table', table)}${where}`)
}

/** Rows that have a value in a column. */
export function filled(release: Release, table: string, name: string): string {
  const query = count(release, table, `${columnNow(release, table, name)} IS NOT NULL`)
  if (!release.isDoubtful(table, name)) return query
  const relation = `to_regclass(${literal(release.before('table', table))})`
  const column = `attrelid = ${relation} AND attname = ${literal(release.columnBefore(table, name))}`
  return ifSo(`EXISTS (SELECT FROM pg_attribute WHERE ${column} AND NOT attisdropped)`, query)
}

/** A query, or 0 where it isn't certain that its tables are there, and one isn't. */
function ask(release: Release, tables: string[], query: string): string {
  const doubtful = tables.filter((table) => release.isDoubtful(table))
  const there = doubtful.map((table) => `to_regclass(${literal(release.before('table', table))}) IS NOT NULL`)
  return there.length > 0 ? ifSo(there.join(' AND '), query) : query
}

// A missing table is an error before a query is run; as text it isn't looked at until the condition holds.
function ifSo(condition: string, query: string): string {
  const counted = `(xpath('/row/count/text()', query_to_xml(${literal(query)}, false, true, '')))[1]::text::bigint`
  return `SELECT CASE WHEN ${condition} THEN ${counted} ELSE 0 END AS count`
}

/** A column under the name that it had. */
export const columnNow = (release: Release, table: string, name: string) =>
  quote(release.columnBefore(table, name))

/** Groups of rows that a unique index would refuse. */
export function duplicates(
  release: Release,
  table: string,
  keys: string[],
  options: { where?: string | undefined; nullsToo?: boolean | undefined } = {},
): string {
  const present = options.nullsToo ? [] : keys.map((key) => `${key} IS NOT NULL`)
  const conditions = [...present, ...(options.where ? [`(${options.where})`] : [])]
  const where = conditions.length > 0 ? ` WHERE ${conditions.join(' AND ')}` : ''
  const from = `${release.before('table', table)}${where} GROUP BY ${keys.join(', ')}`
  return ask(release, [table], `SELECT count(*) FROM (SELECT FROM ${from} HAVING count(*) > 1) AS duplicates`)
}

/** Rows that point at nothing. */
export function orphans(
  release: Release,
  child: string,
  keys: string[],
  parent: string,
  ids: string[],
): string {
  const own = keys.map((key) => `child.${columnNow(release, child, key)}`)
  const theirs = ids.map((id) => `parent.${columnNow(release, parent, id)}`)
  const match = own.map((key, i) => `${theirs[i]} = ${key}`).join(' AND ')
  const parents = `SELECT FROM ${release.before('table', parent)} AS parent WHERE ${match}`
  const present = own.map((key) => `${key} IS NOT NULL`).join(' AND ')
  const children = `${release.before('table', child)} AS child WHERE ${present}`
  return ask(release, [child, parent], `SELECT count(*) FROM ${children} AND NOT EXISTS (${parents})`)
}

/** Rows of all tables that meet a condition on the catalog (c: pg_class, n: pg_namespace), counted one by one. */
export function rowsWhere(condition: string): string {
  const rows = `query_to_xml(format('SELECT count(*) FROM ONLY %I.%I', n.nspname, c.relname), false, true, '')`
  return (
    `SELECT coalesce(sum((xpath('/row/count/text()', ${rows}))[1]::text::bigint), 0) ` +
    `FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND ${condition}`
  )
}

/** Rows of the tables that have a column of a type: what a type's CASCADE takes with it. */
export function rowsOfType(types: string): string {
  const column = 'SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped'
  return rowsWhere(`EXISTS (${column} AND a.atttypid IN (${types}))`)
}
