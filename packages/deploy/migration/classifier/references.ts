import type { Constraint } from 'libpg-query'
import { lock } from './locks.ts'
import { shown, tableOf, words } from './nodes.ts'
import { columnNow, count, orphans } from './questions.ts'
import type { Release } from './release.ts'
import { type Finding, type Lock, refusing } from './statement.ts'
import { UNKNOWN } from './truth.ts'

/** ADD FOREIGN KEY to a table that was there before. */
export function addReference(table: string, it: Constraint, release: Release): Finding {
  const keys = words(it.fk_attrs)
  const parent = tableOf(it.pktable)
  const own = keys.map((key) => release.column(table, key))
  // A reference with a null in it points nowhere and is not checked.
  const none = (which: 'rows' | 'inserts') =>
    own.some((column) => column?.[which] === null) && it.fk_matchtype !== 'f'
  const ids = words(it.pk_attrs)
  const askable =
    own.every((column) => !column) &&
    ids.length === keys.length &&
    ![table, parent].some((name) => release.isWritten(name))
  const present = keys.map((key) => `${columnNow(release, table, key)} IS NOT NULL`).join(' AND ')
  const query = release.isNew('table', parent)
    ? count(release, table, present)
    : orphans(release, table, keys, parent, ids)
  const settled = it.skip_validation || none('rows')
  release.reach(parent, 'deleting')
  const held = holds(it, release) && own.some((column) => column?.rows === UNKNOWN)
  for (const column of own) {
    if (column) Object.assign(column, { bound: true, holds: column.holds || holds(it, release) })
  }
  return {
    kind: 'add foreign key',
    table: shown(table),
    column: keys.join(', '),
    locks: referenceLocks(table, it, release),
    mayFail: settled ? undefined : { why: 'rows that point at nothing', query: askable ? query : undefined },
    ...(held && holding),
    ...(!none('inserts') && refusing),
  }
}

/** True when a row that points at an old table by this keeps the old code from deleting what it points at. */
export const holds = (it: Constraint, release: Release) =>
  !['c', 'n'].includes(it.fk_del_action ?? 'a') && !release.isNew('table', tableOf(it.pktable))

export const holding = {
  breaksOldCode: true,
  note: 'the old code can no longer delete what its rows point at',
}

/** Both ends of a reference are held while it is made. */
export function referenceLocks(table: string, it: Constraint, release: Release): Lock[] {
  const isEmpty = release.isNew('table', table) && !release.isWritten(table)
  const work = it.skip_validation || isEmpty ? 'none' : 'scan'
  return [table, tableOf(it.pktable)].flatMap((name) => lock(release, name, 'SHARE ROW EXCLUSIVE', work))
}
