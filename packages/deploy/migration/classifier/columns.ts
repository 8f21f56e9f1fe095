import type { AlterTableCmd, ColumnDef, Constraint, Node } from 'libpg-query'
import { callsNextval, isDistinct, isVolatile, mayRefuse, unread } from './calls.ts'
import { lock } from './locks.ts'
import { isSerial, literal, ofKind, quote, shown, tableOf, typeOf, words } from './nodes.ts'
import { columnNow, count } from './questions.ts'
import { holds } from './references.ts'
import type { Release } from './release.ts'
import type { Failure, Finding } from './statement.ts'
import { DISTINCT, evaluate, passes, UNKNOWN, type Value } from './truth.ts'

/** ADD COLUMN to a table that was there before. */
export function addColumn(table: string, def: ColumnDef, ifMissing: boolean, release: Release): Finding {
  const name = def.colname ?? ''
  const domain = release.domain(typeOf(def.typeName))
  const constraints = [...ofKind<Constraint>(def.constraints, 'Constraint'), ...domain]
  const is = (pattern: RegExp) => constraints.some(({ contype = '' }) => pattern.test(contype))
  const value = givenBy(def, constraints)
  const required = isSerial(def) || is(/NOTNULL|PRIMARY/)
  const faults = [
    ...(required ? missing(table, value, is(/GENERATED/), release) : []),
    ...constraints.flatMap((it) => fault(table, domain.includes(it) ? 'value' : name, it, value, release)),
  ]
  const references = constraints.filter(({ pktable }) => pktable)
  const parents = references.map(({ pktable }) => tableOf(pktable))
  for (const parent of parents) release.reach(parent, 'deleting')
  const checked = is(/CHECK|UNIQUE|PRIMARY|FOREIGN/)
  const keeps = references.some((reference) => holds(reference, release))
  // Behind IF NOT EXISTS the column may be an old one: it isn't known to be new.
  if (ifMissing) release.doubt(table, name)
  else release.addColumn(table, name, { rows: value, inserts: value, required, bound: checked, holds: keeps })
  const expressions = constraints.map(({ raw_expr }) => raw_expr)
  const strange = unread(expressions)
  const rewrites = value === DISTINCT || is(/GENERATED/) || isVolatile(expressions)
  return {
    kind: 'add column',
    table: shown(table),
    column: name,
    locks: [
      ...lock(release, table, 'ACCESS EXCLUSIVE', rewrites ? 'rewrite' : checked ? 'scan' : 'none'),
      ...parents.flatMap((parent) => lock(release, parent, 'SHARE ROW EXCLUSIVE')),
    ],
    ...(faults[0] && {
      mayFail: faults[0],
      breaksOldCode: true,
      note: `inserts of the old code may fail: ${faults[0].why}`,
    }),
    ...(strange.length > 0 && { opaque: true, note: `calls ${strange}` }),
  }
}

/** What rows and inserts get that don't name the column. */
function givenBy(def: ColumnDef, constraints: Constraint[]): Value {
  const has = (contype: string) => constraints.find((constraint) => constraint.contype === contype)
  if (isSerial(def) || has('CONSTR_IDENTITY')) return DISTINCT
  if (has('CONSTR_GENERATED')) return UNKNOWN
  const expression = has('CONSTR_DEFAULT')?.raw_expr
  return expression ? defaultValue(expression) : null
}

function defaultValue(expression: Node | undefined): Value {
  return isDistinct(expression) ? DISTINCT : evaluate(expression, () => UNKNOWN)
}

function missing(table: string, value: Value, generated: boolean, release: Release): Failure[] {
  if (generated) return [{ why: 'its expression may be null' }]
  return value === null
    ? [{ why: 'rows are there, and it has no default', query: count(release, table) }]
    : []
}

/** Why a column's own constraint can refuse the value that rows and the old code's inserts get. */
function fault(table: string, name: string, it: Constraint, value: Value, release: Release): Failure[] {
  switch (it.contype) {
    case 'CONSTR_CHECK': {
      const result = evaluate(it.raw_expr, (column) => (column === name ? value : UNKNOWN))
      const query = result === false ? count(release, table) : undefined
      return passes(result) ? [] : [{ why: 'a check may refuse it', query }]
    }
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY': {
      if (value === DISTINCT || (value === null && !it.nulls_not_distinct)) return []
      const others = `SELECT greatest(count(*) - 1, 0) FROM ${release.before('table', table)}`
      return [
        {
          why: 'all get the same value, and it must be unique',
          query: value === UNKNOWN ? undefined : others,
        },
      ]
    }
    case 'CONSTR_FOREIGN': {
      if (value === null) return []
      const [id] = words(it.pk_attrs)
      const known =
        id !== undefined && typeof value !== 'symbol' && !release.isNew('table', tableOf(it.pktable))
      const parent = `SELECT FROM ${release.before('table', tableOf(it.pktable))} WHERE ${quote(id ?? '')} = ${literal(String(value))}`
      const query = known ? count(release, table, `NOT EXISTS (${parent})`) : undefined
      return [{ why: 'the default must be there in the other table', query }]
    }
    case 'CONSTR_GENERATED':
      return mayRefuse(it.raw_expr) ? [{ why: 'its expression may not be computable for every row' }] : []
    default:
      return []
  }
}

const omitted = { breaksOldCode: true, note: 'the old code inserts without it' }

/** SET DEFAULT and DROP DEFAULT. */
export function setDefault(table: string, cmd: AlterTableCmd, release: Release): Finding {
  const name = cmd.name ?? ''
  const value = cmd.def ? defaultValue(cmd.def) : null
  const kind = value === null ? 'drop default' : 'set default'
  const fact = { kind, table: shown(table), column: name, locks: lock(release, table, 'ACCESS EXCLUSIVE') }
  const strange = unread(cmd.def)
  if (strange.length > 0) return { ...fact, opaque: true, note: `calls ${strange}` }
  const own = release.column(table, name)
  if (own) {
    own.inserts = value
    if (own.bound)
      return { ...fact, breaksOldCode: true, note: 'a constraint on it may refuse what inserts get now' }
    return { ...fact, ...(own.required && value === null && omitted) }
  }
  if (value === null) return { ...fact, ...omitted }
  if (callsNextval(cmd.def))
    return { ...fact, breaksOldCode: true, note: 'numbers of another sequence may be there already' }
  const added = release.values.usedIn(cmd.def)
  if (added)
    return {
      ...fact,
      breaksOldCode: true,
      note: `the old code's rows get ${added.value}, at which its client stops`,
    }
  return { ...fact, note: 'rows that the old code inserts get it too' }
}

/** SET NOT NULL and DROP NOT NULL. */
export function setRequired(table: string, name: string, required: boolean, release: Release): Finding {
  const own = release.column(table, name)
  const fact: Finding = {
    kind: required ? 'set not null' : 'drop not null',
    table: shown(table),
    column: name,
    locks: lock(release, table, 'ACCESS EXCLUSIVE', required ? 'scan' : 'none'),
  }
  if (own) own.required = required
  if (!required) return own ? fact : { ...fact, breaksOldCode: true, note: 'the old client stops at a null' }
  const breaks = own
    ? own.inserts === null && omitted
    : { breaksOldCode: true, note: 'the old code may write none' }
  if (own && own.rows !== null && own.rows !== UNKNOWN) return { ...fact, ...breaks }
  const nulls = own ? undefined : `${columnNow(release, table, name)} IS NULL`
  const askable = own?.rows !== UNKNOWN && !release.isWritten(table)
  const query = askable ? count(release, table, nulls) : undefined
  return { ...fact, mayFail: { why: 'rows without a value', query }, ...breaks }
}
