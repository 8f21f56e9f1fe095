import type {
  FuncCall,
  InsertStmt,
  MergeStmt,
  MergeWhenClause,
  Node,
  RangeVar,
  ResTarget,
  SelectStmt,
  TruncateStmt,
  UpdateStmt,
} from 'libpg-query'
import { unread } from './calls.ts'
import { lock } from './locks.ts'
import { matching, type Selecting } from './matching.ts'
import { ofKind, shown, tableOf, walk } from './nodes.ts'
import type { Parsed } from './parse.ts'
import { count } from './questions.ts'
import { holding } from './references.ts'
import type { Release } from './release.ts'
import { givesNumber, setSequence } from './sequences.ts'
import type { Finding, Loss } from './statement.ts'
import { keepRows } from './tables.ts'
import { UNKNOWN } from './truth.ts'

/** INSERT, UPDATE, DELETE, MERGE or SELECT, with all that is written inside its WITH. */
export function rows(_: object, parsed: Parsed, release: Release): Finding[] {
  const found = writes(parsed, release)
  return found.length > 0 ? found : [{ kind: 'select', ...strangeCalls(parsed) }]
}

/** Every write in a statement. What it calls can do anything, and that holds for all of it. */
export function writes(parsed: Parsed, release: Release): Finding[] {
  const found = [...walk(parsed.node)].flatMap(([kind, it]) => judge(kind, it, parsed, release))
  return found.map((finding) => ({ ...finding, ...strangeCalls(parsed) }))
}

function strangeCalls({ node }: Parsed): Pick<Finding, 'opaque' | 'note'> {
  const strange = unread(node).filter((name) => name !== 'setval')
  return strange.length > 0 ? { opaque: true, note: `calls ${strange}, which can do anything` } : {}
}

function judge(kind: string, it: object, parsed: Parsed, release: Release): Finding[] {
  switch (kind) {
    case 'InsertStmt':
      return insert(it as InsertStmt, release)
    case 'UpdateStmt':
      return update(it as UpdateStmt, parsed, release)
    case 'DeleteStmt':
      return [remove(it as Selecting, parsed, release)]
    case 'MergeStmt':
      return merge(it as MergeStmt, release)
    case 'SelectStmt': {
      const { intoClause } = it as SelectStmt
      return intoClause ? [keepRows(intoClause, false, parsed.node, release)] : []
    }
    case 'FuncCall':
      return setSequence(it as FuncCall, release)
    default:
      return []
  }
}

/** What is true of every write: its lock, and whether it reaches further than the table it names. */
function write(kind: string, table: string, by: 'writing' | 'deleting', release: Release): Finding {
  release.write(table)
  const held = by === 'writing' && release.isHolding(table)
  const fact = {
    kind,
    table: shown(table),
    locks: lock(release, table, 'ROW EXCLUSIVE'),
    ...(held && holding),
  }
  if (release.isNew('view', table)) {
    return { ...fact, locks: [], opaque: true, note: 'it writes to the tables behind the view' }
  }
  if (release.isNew('table', table) && release.isReaching(table, by)) {
    return { ...fact, opaque: true, note: 'a trigger or a reference carries it to other tables' }
  }
  return fact
}

function insert(it: InsertStmt, release: Release): Finding[] {
  const table = tableOf(it.relation)
  const fact = write('insert', table, 'writing', release)
  if (release.isNew('table', table) || fact.opaque) return [fact]
  const added = release.values.usedIn(it)
  const whole: Finding = { note: 'the old code sees the new rows', ...fact }
  if (givesNumber(it))
    Object.assign(whole, { breaksOldCode: true, note: 'a number that its sequence may give again' })
  if (added) Object.assign(whole, { breaksOldCode: true, note: `the old client stops at ${added.value}` })
  const action = it.onConflictClause?.action
  if (action === 'ONCONFLICT_UPDATE')
    return overwritten(whole, table, it.onConflictClause?.targetList, undefined, release)
  return [action ? whole : { ...whole, mayFail: { why: 'a row of the same key' } }]
}

function update(it: UpdateStmt, parsed: Parsed, release: Release): Finding[] {
  const table = tableOf(it.relation)
  const fact = write('update', table, 'writing', release)
  const own = ofKind<ResTarget>(it.targetList, 'ResTarget').flatMap(
    ({ name = '' }) => release.column(table, name) ?? [],
  )
  for (const column of own) column.rows = UNKNOWN
  const whole = own.some((column) => column.holds) ? { ...fact, ...holding } : fact
  return overwritten(
    whole,
    table,
    it.targetList,
    matching(it, 'UPDATE', parsed, release),
    release,
    release.values.usedIn(it) !== undefined,
  )
}

/** One finding for each old column that is written over; what the release added itself is free to be filled. */
function overwritten(
  fact: Finding,
  table: string,
  targets: Node[] | undefined,
  query: string | undefined,
  release: Release,
  withNewValue = false,
): Finding[] {
  const columns = ofKind<ResTarget>(targets, 'ResTarget').map(({ name = '' }) => name)
  const old =
    release.isNew('table', table) || fact.opaque ? [] : columns.filter((name) => !release.column(table, name))
  if (old.length === 0) return [{ ...fact, column: columns.join(', ') }]
  return old.map((name) => {
    const loses: Loss = {
      what: 'values',
      name: `${shown(table)}.${name}`,
      query: query ?? count(release, table),
    }
    return {
      ...fact,
      column: name,
      loses,
      note: 'what was there is written over',
      ...(withNewValue && { breaksOldCode: true }),
    }
  })
}

function remove(it: Selecting, parsed: Parsed, release: Release): Finding {
  const table = tableOf(it.relation)
  const fact = write('delete', table, 'deleting', release)
  if (release.isNew('table', table) || fact.opaque) return fact
  const loses = { what: 'rows', name: shown(table), query: matching(it, 'DELETE', parsed, release) } as const
  return { ...fact, loses, note: 'and what hangs on them by a cascade' }
}

function merge(it: MergeStmt, release: Release): Finding[] {
  const table = tableOf(it.relation)
  const clauses = ofKind<MergeWhenClause>(it.mergeWhenClauses, 'MergeWhenClause')
  const of = (type: string) => clauses.filter(({ commandType }) => commandType === type)
  const targets = (type: string) => of(type).flatMap(({ targetList }) => targetList ?? [])
  const deletes = of('CMD_DELETE').length > 0
  const fact = write('merge', table, deletes ? 'deleting' : 'writing', release)
  if (release.isNew('table', table) || fact.opaque) return [fact]
  const numbers = ofKind<ResTarget>(targets('CMD_INSERT'), 'ResTarget').some(({ name }) => name === 'id')
  const breaksOldCode = numbers || release.values.usedIn(it) !== undefined
  const loses = { what: 'rows', name: shown(table), query: count(release, table) } as const
  const updated =
    of('CMD_UPDATE').length > 0
      ? overwritten({ ...fact, breaksOldCode }, table, targets('CMD_UPDATE'), undefined, release)
      : []
  const removed = deletes ? [{ ...fact, loses, note: 'at most all of them' }] : []
  return updated.length + removed.length > 0 ? [...removed, ...updated] : [{ ...fact, breaksOldCode }]
}

/** TRUNCATE: one finding for each table. */
export function truncate(it: TruncateStmt, _: Parsed, release: Release): Finding[] {
  const cascade = it.behavior === 'DROP_CASCADE'
  return ofKind<RangeVar>(it.relations, 'RangeVar').map((range) => {
    const table = tableOf(range)
    const fact = write(`truncate${cascade ? ' cascade' : ''}`, table, 'deleting', release)
    if (release.isNew('table', table)) return fact
    const loses = { what: 'rows', name: shown(table), query: count(release, table) } as const
    const note = cascade ? 'and all rows of every table that refers to it' : undefined
    return { ...fact, locks: lock(release, table, 'ACCESS EXCLUSIVE'), loses, note }
  })
}
