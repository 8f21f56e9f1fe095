import type {
  AlterTableCmd,
  AlterTableStmt,
  AlterTableType,
  ColumnDef,
  Constraint,
  DefElem,
  Node,
  ReplicaIdentityStmt,
} from 'libpg-query'
import { unread } from './calls.ts'
import { addColumn, setDefault, setRequired } from './columns.ts'
import { addConstraint } from './constraints.ts'
import { lock } from './locks.ts'
import { ofKind, shown, spoken, tableOf } from './nodes.ts'
import type { Parsed } from './parse.ts'
import { attach, detach } from './partitions.ts'
import { count, filled } from './questions.ts'
import { holding, holds, referenceLocks } from './references.ts'
import type { Release } from './release.ts'
import { changeType } from './retyping.ts'
import type { Finding, Lock, LockMode } from './statement.ts'

/** One command of an ALTER TABLE; `fact` is what is true of all of them. */
export type Change = {
  table: string
  name: string
  command: AlterTableCmd
  fact: Finding
  parsed: Parsed
  release: Release
}

/** ALTER TABLE, INDEX, VIEW …: one finding for each of its commands. */
export function alterTable(it: AlterTableStmt, parsed: Parsed, release: Release): Finding[] {
  const table = tableOf(it.relation)
  if (it.missing_ok) release.doubt(table)
  const commands = ofKind<AlterTableCmd>(it.cmds, 'AlterTableCmd')
  if (it.objtype === 'OBJECT_TABLE') return commands.map((command) => alter(table, command, parsed, release))
  const harmless = ({ subtype, def }: AlterTableCmd) =>
    release.isNew('view', table) || (it.objtype === 'OBJECT_INDEX' && (subtype! in tuning || isStorage(def)))
  return commands.map((command) => ({
    kind: `alter ${spoken(it.objtype ?? '')}: ${spoken(command.subtype!)}`,
    table: shown(table),
    ...(!harmless(command) && { breaksOldCode: true, note: 'the old code may read it' }),
  }))
}

function alter(table: string, command: AlterTableCmd, parsed: Parsed, release: Release): Finding {
  const subtype = command.subtype!
  const fact: Finding = {
    kind: spoken(subtype),
    table: shown(table),
    locks: lock(release, table, 'ACCESS EXCLUSIVE'),
  }
  const change = { table, name: command.name ?? '', command, fact, parsed, release }
  if (subtype === 'AT_AttachPartition' || subtype === 'AT_AddInherit') return attach(change)
  if (release.isNew('table', table)) return alterNew(change)
  const light = tuning[subtype]
  if (light) return { ...fact, locks: lock(release, table, ...light) }
  const note = changing[subtype]
  if (note) return { ...fact, breaksOldCode: true, note: command.name ? `${command.name}: ${note}` : note }
  return rules[subtype]?.(change) ?? { ...fact, opaque: true, note: 'not judged' }
}

// Changes that nobody notices but the planner and the disk; with the lock that they take.
const tuning: Partial<Record<AlterTableType, [mode: LockMode, work: Lock['work']]>> = {
  AT_SetStatistics: ['SHARE UPDATE EXCLUSIVE', 'none'],
  AT_SetOptions: ['SHARE UPDATE EXCLUSIVE', 'none'],
  AT_ResetOptions: ['SHARE UPDATE EXCLUSIVE', 'none'],
  AT_ClusterOn: ['SHARE UPDATE EXCLUSIVE', 'none'],
  AT_DropCluster: ['SHARE UPDATE EXCLUSIVE', 'none'],
  AT_SetStorage: ['ACCESS EXCLUSIVE', 'none'],
  AT_SetCompression: ['ACCESS EXCLUSIVE', 'none'],
  AT_SetLogged: ['ACCESS EXCLUSIVE', 'rewrite'],
  AT_SetTableSpace: ['ACCESS EXCLUSIVE', 'rewrite'],
}

const triggers = 'what the old code writes has other effects'
const hidden = 'the old code may no longer see its rows'
const shownRows = 'the old code sees rows that were hidden from it'

// What makes the old code's reads and writes fail or mean something else.
const changing: Partial<Record<AlterTableType, string>> = {
  AT_DropConstraint: 'the old code may meet what it was promised never to see, or name it in an upsert',
  AT_AlterConstraint: 'violations show at another time',
  AT_ChangeOwner: 'the old code may lose its rights',
  AT_AddIdentity: 'ids are made in another way',
  AT_SetIdentity: 'ids are made in another way',
  AT_DropIdentity: 'the old code inserts without an id',
  AT_SetExpression: 'a computed column means something else',
  AT_DropExpression: 'a computed column stays empty in new rows',
  AT_EnableRowSecurity: hidden,
  AT_ForceRowSecurity: hidden,
  AT_DisableRowSecurity: shownRows,
  AT_NoForceRowSecurity: shownRows,
  AT_EnableTrig: triggers,
  AT_EnableAlwaysTrig: triggers,
  AT_EnableReplicaTrig: triggers,
  AT_EnableTrigAll: triggers,
  AT_EnableTrigUser: triggers,
  AT_DisableTrig: triggers,
  AT_DisableTrigAll: triggers,
  AT_DisableTrigUser: triggers,
  AT_EnableRule: triggers,
  AT_EnableAlwaysRule: triggers,
  AT_EnableReplicaRule: triggers,
  AT_DisableRule: triggers,
}

const rules: Partial<Record<AlterTableType, (change: Change) => Finding>> = {
  AT_AddColumn: ({ table, command, release }) =>
    addColumn(table, columnOf(command), command.missing_ok ?? false, release),
  AT_AddConstraint: ({ table, command, parsed, release }) =>
    addConstraint(parsed, table, constraintOf(command)!, release),
  AT_ColumnDefault: ({ table, command, release }) => setDefault(table, command, release),
  AT_SetNotNull: ({ table, name, release }) => setRequired(table, name, true, release),
  AT_DropNotNull: ({ table, name, release }) => setRequired(table, name, false, release),
  AT_AlterColumnType: ({ table, name, command, parsed, release }) =>
    changeType(parsed, table, name, columnOf(command), release),
  AT_DropColumn: dropColumn,
  AT_SetRelOptions: setOptions,
  AT_ResetRelOptions: setOptions,
  AT_DetachPartition: detach,
  AT_DropInherit: detach,
  AT_ValidateConstraint: ({ table, name, fact, release }) => ({
    ...fact,
    locks: lock(release, table, 'SHARE UPDATE EXCLUSIVE', 'scan'),
    mayFail: { why: `rows that do not meet ${name}` },
  }),
  AT_SetUnLogged: ({ table, fact, release }) => ({
    ...fact,
    locks: lock(release, table, 'ACCESS EXCLUSIVE', 'rewrite'),
    loses: { what: 'rows', name: shown(table), query: count(release, table) },
    note: 'a crash of the server empties it',
  }),
  AT_ReplicaIdentity: ({ command, fact }) => {
    const { ReplicaIdentityStmt: it } = command.def as { ReplicaIdentityStmt: ReplicaIdentityStmt }
    return {
      ...fact,
      ...(it.identity_type === 'n' && { breaksOldCode: true, note: 'once published, it refuses changes' }),
    }
  },
}

/** SET (…) and RESET (…): how rows are stored, or what a view lets through, which isn't the same. */
function setOptions({ table, command, fact, release }: Change): Finding {
  if (!isStorage(command.def))
    return { ...fact, breaksOldCode: true, note: 'what the old code may read there can change' }
  return { ...fact, locks: lock(release, table, 'SHARE UPDATE EXCLUSIVE') }
}

const storage =
  /^(fillfactor|autovacuum_|vacuum_|toast|parallel_workers|log_autovacuum|deduplicate_items|fastupdate|buffering|pages_per_range|autosummarize|gin_)/

function isStorage(def: Node | undefined): boolean {
  const options = def && 'List' in def ? ofKind<DefElem>(def.List.items, 'DefElem') : []
  return options.length > 0 && options.every(({ defname = '' }) => storage.test(defname))
}

const columnOf = ({ def }: AlterTableCmd) => (def as { ColumnDef: ColumnDef }).ColumnDef
const constraintOf = ({ def }: AlterTableCmd) => (def as { Constraint?: Constraint } | undefined)?.Constraint

/** A change of a table that the release made itself: only what it refers to is shared with the old code. */
function alterNew({ table, command, fact, release }: Change): Finding {
  const strange = unread(command.def)
  if (strange.length > 0) return { ...fact, opaque: true, note: `calls ${strange}` }
  const strict = ['AT_AddConstraint', 'AT_SetNotNull', 'AT_AlterColumnType'].includes(command.subtype!)
  const mayFail = strict && release.isWritten(table) ? { why: 'rows that were put there before' } : undefined
  const constraint = constraintOf(command)
  if (!constraint?.pktable) return { ...fact, mayFail }
  const whole = {
    ...fact,
    kind: 'add foreign key',
    locks: referenceLocks(table, constraint, release),
    mayFail,
  }
  if (!holds(constraint, release)) return whole
  release.hold(table)
  return release.isWritten(table) ? { ...whole, ...holding } : whole
}

function dropColumn({ table, name, command, fact, release }: Change): Finding {
  if (release.column(table, name)) {
    release.dropColumn(table, name)
    return { ...fact, column: name }
  }
  const was = `${shown(release.before('table', table))}.${release.columnBefore(table, name)}`
  if (command.missing_ok) release.doubt(table, name)
  const loses = { what: 'column', name: was, query: filled(release, table, name) } as const
  return { ...fact, column: name, loses, breaksOldCode: true, note: 'the old code reads and writes it' }
}
