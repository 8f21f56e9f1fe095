import type {
  ClusterStmt,
  LockStmt,
  Node,
  RangeVar,
  TransactionStmt,
  VacuumRelation,
  VacuumStmt,
  VariableSetStmt,
} from 'libpg-query'
import { lock } from './locks.ts'
import { ofKind, shown, spoken, tableOf } from './nodes.ts'
import type { Parsed } from './parse.ts'
import type { Release } from './release.ts'
import type { Finding, LockMode } from './statement.ts'

/** BEGIN, COMMIT, SAVEPOINT …: inside a migration they end the transaction around it (E21). */
export function transaction(it: TransactionStmt, _: Parsed, release: Release): Finding {
  const kind = spoken(it.kind?.replace('TRANS_STMT_', '') ?? '')
  if (kind.startsWith('rollback')) release.forget()
  if (kind.startsWith('commit')) release.commit()
  // A prepared transaction keeps its locks when the session is gone.
  const note = 'it ends or splits the transaction that the migration runs in'
  return { kind, transactionControl: true, opaque: kind.includes('prepare'), note }
}

// Settings that change how long a session waits and what it says, not what its statements do.
const harmless = new Set(
  `lock_timeout statement_timeout idle_in_transaction_session_timeout transaction_timeout client_min_messages
  client_encoding check_function_bodies maintenance_work_mem work_mem max_parallel_maintenance_workers xmloption
  application_name default_tablespace default_table_access_method default_toast_compression row_security
  search_path timezone`.split(/\s+/),
)

export function setting(it: VariableSetStmt, _: Parsed, release: Release): Finding {
  const name = it.name?.toLowerCase() ?? 'all'
  if (name === 'search_path' || name === 'all') release.changePath()
  const kind = it.kind?.startsWith('VAR_RESET') ? 'reset' : 'set'
  const usual = name === 'standard_conforming_strings' && isOn(it.args?.[0])
  const resets = it.kind !== 'VAR_SET_VALUE' && it.kind !== 'VAR_SET_MULTI'
  return { kind, note: name, opaque: !(harmless.has(name) || usual || resets) }
}

const isOn = (node: Node | undefined) =>
  node !== undefined && 'A_Const' in node && node.A_Const.sval?.sval === 'on'

const modes: LockMode[] = [
  'ACCESS SHARE',
  'ROW SHARE',
  'ROW EXCLUSIVE',
  'SHARE UPDATE EXCLUSIVE',
  'SHARE',
  'SHARE ROW EXCLUSIVE',
  'EXCLUSIVE',
  'ACCESS EXCLUSIVE',
]

export function lockTables(it: LockStmt, _: Parsed, release: Release): Finding {
  const tables = ofKind<RangeVar>(it.relations, 'RangeVar').map(tableOf)
  const mode = modes[(it.mode ?? 8) - 1] ?? 'ACCESS EXCLUSIVE'
  return {
    kind: 'lock',
    table: tables.map(shown).join(', '),
    locks: tables.flatMap((table) => lock(release, table, mode)),
  }
}

/** VACUUM runs by itself only; ANALYZE anywhere. */
export function vacuum(it: VacuumStmt, _: Parsed, release: Release): Finding {
  const full = (it.options ?? []).some((node) => 'DefElem' in node && node.DefElem.defname === 'full')
  const tables = ofKind<VacuumRelation>(it.rels, 'VacuumRelation').map(({ relation }) => tableOf(relation))
  const locks = tables.flatMap((table) =>
    lock(release, table, full ? 'ACCESS EXCLUSIVE' : 'SHARE UPDATE EXCLUSIVE', full ? 'rewrite' : 'scan'),
  )
  return {
    kind: it.is_vacuumcmd ? 'vacuum' : 'analyze',
    table: tables.map(shown).join(', ') || undefined,
    locks,
    mustRunAlone: it.is_vacuumcmd,
  }
}

export function cluster(it: ClusterStmt, _: Parsed, release: Release): Finding {
  const table = it.relation && tableOf(it.relation)
  return {
    kind: 'cluster',
    table: table && shown(table),
    locks: table ? lock(release, table, 'ACCESS EXCLUSIVE', 'rewrite') : [],
    mustRunAlone: !table,
  }
}
