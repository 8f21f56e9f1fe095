import { cause, type ProcessOutput } from '@stories/shared'

/** Why a recipe did not work, as Prisma or psql said it. */
export interface Failure {
  /** Prisma's code, such as P3018. */
  code: string
  /** Postgres' SQLSTATE, where it was said. */
  state: string
  /** On one line. */
  says: string
}

/** All that a failed command printed, or what an error says. */
export function wordsOf(error: unknown): string {
  const { stderr = '', stdout = '' } = error as Partial<ProcessOutput>
  return `${stdout}\n${stderr}`.trim() || cause(error)
}

/** Reads what Prisma or psql printed when it failed. */
export function failureOf(words: string): Failure {
  const first = (pattern: RegExp) => pattern.exec(words)?.[1]?.trim() ?? ''
  const code = first(/\b(P\d{4})\b/)
  const state = first(/(?:SQLSTATE|error code:) ?([0-9A-Z]{5})\b/)
  const migration = first(/^Migration name: (\S+)/m) || first(/\bmigration (\S+) failed\b/)
  const error = first(/ERROR: +(.+)/)
  const detail = first(/DETAIL: +(.+)/)
  const says = [migration, [error, detail].filter(Boolean).join(' ')].filter(Boolean).join(': ')
  const codes = [code, state].filter(Boolean).join(', ')
  const line = says || (words.trim().split('\n').at(-1) || 'it said nothing').trim()
  return { code, state, says: codes && says ? `${line} (${codes})` : line }
}

// Duplicate table, column, object and schema: the database has grown what the migration wants to make.
const THERE_ALREADY = ['42P07', '42701', '42710', '42P06']

/**
 * Whether a forward diff may stand in for migrations that failed so: only where the database has what they make (E23), or
 * has no history at all (P3005). Everything else is a migration that does not work.
 */
export const isThereAlready = ({ code, state }: Failure) => code === 'P3005' || THERE_ALREADY.includes(state)
