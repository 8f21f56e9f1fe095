import type { Constraint } from 'libpg-query'
import { unread } from './calls.ts'
import { lock } from './locks.ts'
import { columnsIn, shown, words } from './nodes.ts'
import { elements, type Parsed } from './parse.ts'
import { columnNow, count, duplicates } from './questions.ts'
import { addReference } from './references.ts'
import type { Column, Release } from './release.ts'
import { type Finding, refusing } from './statement.ts'
import { DISTINCT, evaluate, passes, UNKNOWN } from './truth.ts'

/** ADD CONSTRAINT on a table that was there before. */
export function addConstraint(parsed: Parsed, table: string, it: Constraint, release: Release): Finding {
  switch (it.contype) {
    case 'CONSTR_CHECK':
      return addCheck(parsed, table, it, release)
    case 'CONSTR_FOREIGN':
      return addReference(table, it, release)
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      return addKey(table, it, release)
    default:
      return {
        kind: it.contype === 'CONSTR_EXCLUSION' ? 'add exclusion' : 'add constraint',
        table: shown(table),
        locks: lock(release, table, 'ACCESS EXCLUSIVE', 'scan'),
        mayFail: { why: 'rows that exclude each other' },
        ...refusing,
      }
  }
}

/** A check is worked out for what the release's own columns hold; old columns can hold anything. */
function addCheck(parsed: Parsed, table: string, it: Constraint, release: Release): Finding {
  const known = (which: 'rows' | 'inserts') => (name: string) => {
    const own = release.column(table, name)
    return own ? own[which] : UNKNOWN
  }
  const columns = columnsIn(it.raw_expr)
  const askable =
    !release.isWritten(table) &&
    !columns.some((name) => release.column(table, name)) &&
    !release.isBeyond(it.raw_expr)
  const [expression] = elements(parsed, it.location ?? 0)
  const query = askable ? count(release, table, `NOT (${expression})`) : undefined
  const settled = it.skip_validation || passes(evaluate(it.raw_expr, known('rows')))
  const refused = passes(evaluate(it.raw_expr, known('inserts'))) ? undefined : refusing.note
  const strange = unread(it.raw_expr)
  bind(table, columns, release)
  return {
    kind: 'add check',
    table: shown(table),
    locks: lock(release, table, 'ACCESS EXCLUSIVE', it.skip_validation ? 'none' : 'scan'),
    mayFail: settled ? undefined : { why: 'rows that do not meet it', query },
    breaksOldCode: refused !== undefined,
    opaque: strange.length > 0,
    note: strange.length > 0 ? `calls ${strange}` : refused,
  }
}

function addKey(table: string, it: Constraint, release: Release): Finding {
  const primary = it.contype === 'CONSTR_PRIMARY'
  const fact: Finding = { kind: primary ? 'add primary key' : 'add unique', table: shown(table) }
  // The index is there already, and was judged when it was made; only a primary key asks for more: no nulls.
  if (it.indexname && !primary) return { ...fact, locks: lock(release, table, 'ACCESS EXCLUSIVE') }
  const keys = words(it.keys).map((name) => ({ name }))
  const found = unique(table, keys, { nullsToo: primary || it.nulls_not_distinct }, release)
  const nulls = keys.map(({ name }) => `${columnNow(release, table, name)} IS NULL`).join(' OR ')
  if (primary && found.mayFail?.query) {
    found.mayFail.query = `SELECT (${found.mayFail.query}) + (${count(release, table, nulls)})`
  }
  return { ...fact, ...found, locks: lock(release, table, 'ACCESS EXCLUSIVE', 'scan') }
}

/** What a new uniqueness means for a table that was there before; a key is a column or the text of an expression. */
export function unique(
  table: string,
  keys: { name?: string | undefined; text?: string | undefined }[],
  options: { where?: string | undefined; nullsToo?: boolean | undefined; tree?: unknown },
  release: Release,
): Pick<Finding, 'mayFail' | 'breaksOldCode' | 'note' | 'column'> {
  const own = keys.map(({ name }) => (name === undefined ? undefined : release.column(table, name)))
  const apart = (which: 'rows' | 'inserts') => own.some((column) => isApart(column, which, options.nullsToo))
  const askable =
    keys.length > 0 &&
    own.every((column) => !column) &&
    !release.isWritten(table) &&
    !release.isBeyond(options.tree)
  const columns = keys.flatMap(({ name }) => name ?? [])
  bind(table, columns, release)
  const texts = keys.map(({ name, text }) =>
    name === undefined ? (text ?? '') : columnNow(release, table, name),
  )
  const query = askable ? duplicates(release, table, texts, options) : undefined
  return {
    column: keys.map(({ name, text }) => name ?? text).join(', '),
    mayFail: apart('rows') ? undefined : { why: 'rows with the same value', query },
    ...(!apart('inserts') && refusing),
  }
}

/** From here on another default can be refused. */
function bind(table: string, names: string[], release: Release): void {
  for (const name of names) {
    const own = release.column(table, name)
    if (own) own.bound = true
  }
}

const isApart = (column: Column | undefined, which: 'rows' | 'inserts', nullsToo = false) =>
  column !== undefined && (column[which] === DISTINCT || (column[which] === null && !nullsToo))
