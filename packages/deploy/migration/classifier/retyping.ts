import type { ColumnDef, Node } from 'libpg-query'
import { lock } from './locks.ts'
import { literal, quote, shown, typeOf, words } from './nodes.ts'
import { clause, type Parsed, until } from './parse.ts'
import { columnNow, count } from './questions.ts'
import type { Release } from './release.ts'
import type { Finding } from './statement.ts'

/** ALTER COLUMN … TYPE: what values can't follow, and which change on the way. */
export function changeType(
  parsed: Parsed,
  table: string,
  name: string,
  def: ColumnDef,
  release: Release,
): Finding {
  const change = {
    kind: 'change type',
    table: shown(table),
    column: name,
    locks: lock(release, table, 'ACCESS EXCLUSIVE', 'rewrite'),
  }
  if (release.column(table, name)) return change
  const type = until(parsed, def.typeName?.location ?? 0, ['USING', 'COLLATE', ','])
  const note = `the old client expects the type that it had, not ${type}`
  const fact = { ...change, breaksOldCode: true, irreversible: true, note }
  return { ...fact, ...conversion(parsed, table, name, def, type, release) }
}

/** The new type takes every value or refuses it, or values may be other ones afterwards. */
function conversion(
  parsed: Parsed,
  table: string,
  name: string,
  def: ColumnDef,
  type: string,
  release: Release,
): Pick<Finding, 'mayFail' | 'loses'> {
  const now = columnNow(release, table, name)
  const [base = '', size] = [
    words(def.typeName?.names).at(-1),
    def.typeName?.typmods && /\d+/.exec(type)?.[0],
  ]
  const refused = (why: string, condition: string) => ({
    mayFail: { why, query: release.isWritten(table) ? undefined : count(release, table, condition) },
  })
  if (!def.raw_default || isCast(def.raw_default, name)) {
    const labels = release.labels(typeOf(def.typeName))
    if (labels)
      return refused(
        'values that the new type lacks',
        `${now}::text NOT IN (${labels.map(literal).join(', ')})`,
      )
    if ((base === 'text' || base === 'varchar') && !size) return {}
  }
  // Without USING what is too long is refused; a cast in USING cuts it off.
  if (/char$/.test(base) && size && !def.raw_default)
    return refused('values longer than that', `length(rtrim(${now}::text)) > ${size}`)
  const using = clause(parsed, 'USING', [','], def.location)
  const expression = using ? `(${using})` : `${quote(name)}::${type}`
  const beyond =
    release.isBeyond(def) || release.columnBefore(table, name) !== name || release.isWritten(table)
  const changed = beyond ? `${now} IS NOT NULL` : `${now}::text IS DISTINCT FROM (${expression})::text`
  const loses = {
    what: 'values',
    name: `${shown(table)}.${name}`,
    query: count(release, table, changed),
  } as const
  const why = 'values that can not be converted'
  return {
    ...(beyond ? { mayFail: { why } } : refused(why, `${expression} IS NULL AND ${now} IS NOT NULL`)),
    loses,
  }
}

/** True for the column itself, under any casts. */
function isCast(expression: Node, name: string): boolean {
  if ('TypeCast' in expression)
    return expression.TypeCast.arg !== undefined && isCast(expression.TypeCast.arg, name)
  return 'ColumnRef' in expression && words(expression.ColumnRef.fields).at(-1) === name
}
