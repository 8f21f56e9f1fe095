import { alterTable } from './classifier/alter.ts'
import { drop } from './classifier/drops.ts'
import { createIndex, reindex } from './classifier/indexes.ts'
import { createTableAs } from './classifier/keeping.ts'
import { literal, spoken, unwrap } from './classifier/nodes.ts'
import * as objects from './classifier/objects.ts'
import { type Parsed, parse } from './classifier/parse.ts'
import { Release } from './classifier/release.ts'
import { rename, setSchema } from './classifier/renames.ts'
import { rows, truncate } from './classifier/rows.ts'
import * as sequences from './classifier/sequences.ts'
import * as sessions from './classifier/sessions.ts'
import { effectsOf, type Finding, type Statement, statement } from './classifier/statement.ts'
import { createTable } from './classifier/tables.ts'
import * as types from './classifier/types.ts'

export { Release } from './classifier/release.ts'
export { split } from './classifier/split.ts'
export type { Effect, Failure, Lock, Loss, NewValue, Statement } from './classifier/statement.ts'
export { type Problem, type Summary, summary } from './classifier/summary.ts'

type Rule = (it: never, parsed: Parsed, release: Release) => Finding | Finding[]

/** A rule for what always means the same. */
const always =
  (facts: Omit<Finding, 'kind'> = {}): Rule =>
  (_, { node }) => ({ kind: spoken(unwrap(node)[0]), ...facts })
const harmless = always()
const breaks = (note: string) => always({ breaksOldCode: true, note })
const alone = (facts: Omit<Finding, 'kind'> = {}) => always({ mustRunAlone: true, ...facts })

const rules: Record<string, Rule> = {
  CreateStmt: createTable,
  CreateTableAsStmt: createTableAs,
  AlterTableStmt: alterTable,
  IndexStmt: createIndex,
  ReindexStmt: reindex,
  DropStmt: drop,
  RenameStmt: rename,
  AlterObjectSchemaStmt: setSchema,

  CreateEnumStmt: types.createEnum,
  AlterEnumStmt: types.alterEnum,
  CreateDomainStmt: types.createDomain,
  AlterDomainStmt: types.alterDomain,
  CompositeTypeStmt: harmless,
  CreateRangeStmt: harmless,
  AlterTypeStmt: breaks('the old code may use it'),
  DefineStmt: objects.define,

  InsertStmt: rows,
  UpdateStmt: rows,
  DeleteStmt: rows,
  MergeStmt: rows,
  SelectStmt: rows,
  TruncateStmt: truncate,

  ViewStmt: objects.createView,
  RefreshMatViewStmt: objects.refreshView,
  CreateFunctionStmt: objects.createFunction,
  AlterFunctionStmt: breaks('something may call it'),
  CreateTrigStmt: objects.createTrigger,
  CreateEventTrigStmt: breaks('it runs at changes that nobody expects'),
  AlterEventTrigStmt: breaks('it runs at changes that nobody expects'),
  RuleStmt: always({ breaksOldCode: true, opaque: true, note: 'writing to the table does something else' }),
  CreateSchemaStmt: objects.createSchema,
  CreateSeqStmt: sequences.createSequence,
  AlterSeqStmt: sequences.alterSequence,
  CreateExtensionStmt: objects.createExtension,
  AlterExtensionStmt: breaks('its functions and types may change'),
  CreateStatsStmt: harmless,
  AlterStatsStmt: harmless,
  CommentStmt: harmless,
  CreateCastStmt: breaks('old queries may mean something else'),
  CreatePublicationStmt: breaks('a published table without a key refuses changes'),
  AlterPublicationStmt: breaks('a published table without a key refuses changes'),
  CreateForeignTableStmt: harmless,

  GrantStmt: objects.grant,
  GrantRoleStmt: objects.grant,
  AlterDefaultPrivilegesStmt: harmless,
  CreatePolicyStmt: objects.createPolicy,
  AlterPolicyStmt: breaks('the old code may see and write other rows'),
  CreateRoleStmt: harmless,
  AlterRoleStmt: breaks('the old code may sign in with it'),
  AlterRoleSetStmt: breaks('the old code may sign in with it'),
  DropRoleStmt: breaks('the old code may sign in with it'),
  AlterOwnerStmt: breaks('the old code may lose its rights'),
  ReassignOwnedStmt: breaks('the old code may lose its rights'),

  TransactionStmt: sessions.transaction,
  VariableSetStmt: sessions.setting,
  VariableShowStmt: harmless,
  ConstraintsSetStmt: harmless,
  LockStmt: sessions.lockTables,
  VacuumStmt: sessions.vacuum,
  ClusterStmt: sessions.cluster,

  CreatedbStmt: alone(),
  DropdbStmt: ({ dbname }: { dbname: string }) => ({
    kind: 'drop database',
    mustRunAlone: true,
    loses: {
      what: 'database',
      name: dbname,
      query: `SELECT count(*) FROM pg_database WHERE datname = ${literal(dbname)}`,
    },
  }),
  AlterDatabaseStmt: alone({ breaksOldCode: true, note: 'the old code connects to it' }),
  AlterDatabaseSetStmt: breaks('the old code connects to it'),
  AlterSystemStmt: alone({ breaksOldCode: true, note: 'the whole server changes' }),
  CreateTableSpaceStmt: alone(),
  DropTableSpaceStmt: alone({ breaksOldCode: true }),
}

/** What no rule knows can't be judged, and may have changed anything: that is never called additive. */
const opaque = always({ opaque: true, note: 'what it does can not be read from its text' })

/**
 * Reads a migration with Postgres' own grammar and says of each statement what it does to the database, and to the
 * old code that runs on it. Several migrations of one release are read one after the other with the same `release`,
 * so that a table made by the first is known to be new in the second.
 * @throws Error with the line, when it isn't SQL
 */
export async function classify(sql: string, release = new Release()): Promise<Statement[]> {
  release.commit() // each file is a transaction of its own
  const found = (await parse(sql)).flatMap((parsed) => judge(parsed, release))
  const early = new Set(found.map(({ usesNewValue }) => usesNewValue?.addedOnLine))
  for (const it of found) if (it.kind === 'add enum value' && early.has(it.line)) it.mustRunAlone = true
  for (const it of found) it.effects = effectsOf(it)
  return found
}

function judge(parsed: Parsed, release: Release): Statement[] {
  const [kind, contents] = unwrap(parsed.node)
  const newValue = release.values.usedIn(parsed.node, true)
  const findings = [(rules[kind] ?? opaque)(contents as never, parsed, release)].flat()
  if (findings.some((finding) => finding.opaque)) release.changePath()
  const { number, line, sql } = parsed
  return findings.map((finding) => statement({ number, line, sql }, finding, newValue))
}
