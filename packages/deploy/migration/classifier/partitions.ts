import type { AlterTableCmd, PartitionCmd, RangeVar } from 'libpg-query'
import type { Change } from './alter.ts'
import { lock } from './locks.ts'
import { shown, tableOf } from './nodes.ts'
import { count } from './questions.ts'
import type { Finding } from './statement.ts'

/** ATTACH PARTITION and INHERIT: a table's rows show up in another, and what may be written to it is bound. */
export function attach({ table, command, fact, release }: Change): Finding {
  const other = otherTable(command)
  const [parent, child] = command.subtype === 'AT_AttachPartition' ? [table, other] : [other, table]
  const locks = [
    ...lock(release, parent, 'SHARE UPDATE EXCLUSIVE'),
    ...lock(release, child, 'ACCESS EXCLUSIVE', 'scan'),
  ]
  const whole = { ...fact, table: shown(parent), locks, mayFail: { why: 'rows that belong elsewhere' } }
  if (release.isNew('table', parent) && release.isNew('table', child)) return whole
  if (release.isNew('table', child) && !release.isWritten(child)) {
    // What is written to it from now on is seen in the old table.
    release.drop('table', child)
    release.doubt(child)
    return whole
  }
  if (release.isNew('table', parent)) release.adopt(parent, child)
  return {
    ...whole,
    breaksOldCode: true,
    note: `the rows of ${shown(child)} become rows of ${shown(parent)}`,
  }
}

/** DETACH PARTITION and NO INHERIT: rows are still there, but no longer found where the old code looks. */
export function detach({ table, command, fact, release }: Change): Finding {
  const partition = (command.def as { PartitionCmd?: PartitionCmd }).PartitionCmd
  const child = partition ? otherTable(command) : table
  const whole = { ...fact, mustRunAlone: partition?.concurrent }
  if (release.isNew('table', child)) return whole
  return {
    ...whole,
    locks: [...(fact.locks ?? []), ...lock(release, child, 'ACCESS EXCLUSIVE')],
    loses: { what: 'rows', name: shown(child), query: count(release, child) },
    irreversible: false,
    breaksOldCode: true,
    note: 'its rows are no longer found in the whole',
  }
}

function otherTable({ def }: AlterTableCmd): string {
  const { PartitionCmd: partition, RangeVar: range } = def as {
    PartitionCmd?: PartitionCmd
    RangeVar?: RangeVar
  }
  return tableOf(partition?.name ?? range)
}
