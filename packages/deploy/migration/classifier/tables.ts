import type { ColumnDef, Constraint, CreateStmt, IntoClause, Node, RangeVar } from 'libpg-query'
import { unread } from './calls.ts'
import { lock } from './locks.ts'
import { isSerial, ofKind, quoted, shown, tableOf } from './nodes.ts'
import type { Parsed } from './parse.ts'
import { holds, referenceLocks } from './references.ts'
import type { Release } from './release.ts'
import type { Finding } from './statement.ts'

/** CREATE TABLE: nothing that the old code knows, but what it refers to is held for a moment. */
export function createTable(it: CreateStmt, _: Parsed, release: Release): Finding {
  const table = tableOf(it.relation)
  const columns = ofKind<ColumnDef>(it.tableElts, 'ColumnDef')
  const inner = columns.flatMap((column) => ofKind<Constraint>(column.constraints, 'Constraint'))
  const constraints = [...inner, ...ofKind<Constraint>(it.tableElts, 'Constraint')]
  const references = constraints.filter(({ pktable }) => pktable)
  const parents = ofKind<RangeVar>(it.inhRelations, 'RangeVar').map(tableOf)
  // What is written to a child of an old table is seen in that.
  const shared = parents.some((parent) => !release.isNew('table', parent))
  make(it.relation, it.if_not_exists || shared, release)
  const isOwn = release.isNew('table', table) && it.relation?.relpersistence !== 't'
  for (const column of isOwn ? columns.filter(isNumbered) : [])
    release.make('sequence', sequenceOf(it.relation, column))
  if (references.some((reference) => holds(reference, release))) release.hold(table)
  const mode = it.partbound ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE'
  return {
    kind: 'create table',
    table: shown(table),
    locks: [
      ...references.flatMap((reference) => referenceLocks(table, reference, release)),
      ...parents.flatMap((parent) => lock(release, parent, mode)),
    ],
    mayFail: it.partbound ? { why: 'rows in the default partition that belong here' } : undefined,
  }
}

/** A table that may be an old one, behind IF NOT EXISTS, or is a part of one isn't the release's alone. */
function make(range: RangeVar | undefined, isDoubtful: boolean | undefined, release: Release): void {
  const table = tableOf(range)
  if (isDoubtful) release.doubt(table)
  else if (range?.relpersistence === 't') release.makeTemporary(table)
  else release.make('table', table)
}

const isNumbered = (column: ColumnDef) =>
  isSerial(column) ||
  ofKind<Constraint>(column.constraints, 'Constraint').some(({ contype }) => contype === 'CONSTR_IDENTITY')

/** The sequence that a numbered column makes, under the name that Postgres gives it. */
const sequenceOf = (range: RangeVar | undefined, { colname }: ColumnDef) =>
  quoted([...(range?.schemaname ? [range.schemaname] : []), `${range?.relname}_${colname}_seq`])

/** A query's rows become a table: CREATE TABLE AS, SELECT INTO. */
export function keepRows(
  into: IntoClause | undefined,
  ifMissing: boolean | undefined,
  query: Node | undefined,
  release: Release,
): Finding {
  make(into?.rel, ifMissing, release)
  const table = tableOf(into?.rel)
  release.write(table)
  return { kind: 'create table as', table: shown(table), ...strangeCalls(query) }
}

/** What a query calls while it is run. */
export function strangeCalls(query: Node | undefined): Pick<Finding, 'opaque' | 'note'> {
  if (query && 'ExecuteStmt' in query) return { opaque: true, note: 'runs a prepared statement' }
  const strange = unread(query)
  return strange.length > 0 ? { opaque: true, note: `calls ${strange}` } : {}
}
