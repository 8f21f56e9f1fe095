/** What a statement does to a live database, in the words of the migration's table. */
export type Effect =
  | 'additive'
  | 'locks'
  | 'may fail'
  | 'loses data'
  | 'breaks old code'
  | 'irreversible'
  | 'must run alone'
  | 'opaque'

export type LockMode =
  | 'ACCESS SHARE'
  | 'ROW SHARE'
  | 'ROW EXCLUSIVE'
  | 'SHARE UPDATE EXCLUSIVE'
  | 'SHARE'
  | 'SHARE ROW EXCLUSIVE'
  | 'EXCLUSIVE'
  | 'ACCESS EXCLUSIVE'

/** A lock on a table that was there before, and the work done under it: none, reading or writing every row. */
export type Lock = { mode: LockMode; table: string; work: 'none' | 'scan' | 'rewrite' }

/**
 * Rows that are there may stop the statement. The query counts them in the database as it is before the release: a
 * count above 0, or an error of its own, means failure. It is missing where only the migrated copy can tell.
 */
export type Failure = { why: string; query?: string | undefined }

/** What is gone afterwards. The query counts the rows that would lose something now, in the database as it is. */
export type Loss = {
  what: 'table' | 'column' | 'rows' | 'values' | 'enum value' | 'type' | 'sequence' | 'schema' | 'database'
  name: string
  query: string
}

/** A value of an enum that is used where it was added: Postgres refuses that in one transaction (55P04). */
export type NewValue = { type: string; value: string; addedOnLine: number }

/**
 * One change of a migration. A statement that makes several (`ALTER TABLE … ADD …, DROP …`) is several changes with
 * the same number, line and sql.
 */
export type Statement = {
  /** Which statement of its file it belongs to, from 1. */
  number: number
  line: number
  sql: string
  kind: string
  table?: string
  column?: string
  effects: Effect[]
  locks: Lock[]
  mayFail?: Failure
  loses?: Loss
  usesNewValue?: NewValue
  /** Why, in a sentence for the operator. */
  note?: string
  breaksOldCode: boolean
  irreversible: boolean
  mustRunAlone: boolean
  opaque: boolean
  transactionControl: boolean
}

/** What a rule has to say about a change; all it leaves out is harmless. */
export type Finding = {
  kind: string
  table?: string | undefined
  column?: string | undefined
  locks?: Lock[] | undefined
  mayFail?: Failure | undefined
  loses?: Loss | undefined
  note?: string | undefined
  breaksOldCode?: boolean | undefined
  irreversible?: boolean | undefined
  mustRunAlone?: boolean | undefined
  opaque?: boolean | undefined
  transactionControl?: boolean | undefined
}

/** The commonest way to break old code. */
export const refusing = { breaksOldCode: true, note: 'it can refuse what the old code writes' }

/** Makes a finding a whole statement: what was left out is filled in, its effects are drawn from it. */
export function statement(
  place: { number: number; line: number; sql: string },
  finding: Finding,
  newValue?: NewValue,
): Statement {
  const { kind, locks = [], ...rest } = finding
  const facts = {
    breaksOldCode: finding.breaksOldCode ?? false,
    irreversible: finding.irreversible ?? finding.loses !== undefined,
    mustRunAlone: finding.mustRunAlone ?? false,
    opaque: finding.opaque ?? false,
    transactionControl: finding.transactionControl ?? false,
  }
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined))
  const whole: Statement = { ...place, kind, ...given, locks, ...facts, effects: [] }
  if (newValue) whole.usesNewValue = newValue
  whole.effects = effectsOf(whole)
  return whole
}

const blocking: LockMode[] = ['SHARE', 'SHARE ROW EXCLUSIVE', 'EXCLUSIVE', 'ACCESS EXCLUSIVE']

/** The effects that follow from a statement's facts, in the order in which the table shows them. */
export function effectsOf(it: Statement): Effect[] {
  const holds: [Effect, boolean][] = [
    ['additive', !it.loses && !it.breaksOldCode && !it.opaque],
    ['locks', it.locks.some(({ mode }) => blocking.includes(mode))],
    ['may fail', it.mayFail !== undefined],
    ['loses data', it.loses !== undefined],
    ['breaks old code', it.breaksOldCode],
    ['irreversible', it.irreversible],
    ['must run alone', it.mustRunAlone],
    ['opaque', it.opaque],
  ]
  return holds.flatMap(([effect, is]) => (is ? [effect] : []))
}
