import type { Statement } from './statement.ts'

/** What keeps a file from being run as one transaction: 55P04 and 25001 are Postgres' own codes, E21 is the plan's. */
export type Problem = { line: number; code: '55P04' | '25001' | 'E21'; text: string }

/** A migration in a few lists; what is in none of them is harmless. */
export type Summary = {
  /** Nothing is lost, the old code goes on working, and every statement could be judged. */
  additive: boolean
  destructive: Statement[]
  breaking: Statement[]
  opaque: Statement[]
  irreversible: Statement[]
  mayFail: Statement[]
  runAlone: Statement[]
  transactionControl: Statement[]
  enumValueUsed: Statement[]
  problems: Problem[]
}

/** Sums up the statements of one file, or of several one after the other. */
export function summary(statements: Statement[]): Summary {
  const where = (is: (it: Statement) => unknown) => statements.filter(is)
  return {
    additive: statements.every(({ effects }) => effects.includes('additive')),
    destructive: where((it) => it.loses),
    breaking: where((it) => it.breaksOldCode),
    opaque: where((it) => it.opaque),
    irreversible: where((it) => it.irreversible),
    mayFail: where((it) => it.mayFail),
    runAlone: where((it) => it.mustRunAlone),
    transactionControl: where((it) => it.transactionControl),
    enumValueUsed: where((it) => it.usesNewValue),
    problems: problems(statements),
  }
}

function problems(statements: Statement[]): Problem[] {
  const inCompany = new Set(statements.map(({ number }) => number)).size > 1
  return statements
    .filter((it, i) => it.number !== statements[i - 1]?.number)
    .flatMap(({ line, kind, usesNewValue: used, mustRunAlone, transactionControl }): Problem[] => {
      if (used) {
        const text = `${used.value}, added on line ${used.addedOnLine}, can't be used in the same transaction`
        return [{ line, code: '55P04', text }]
      }
      if (transactionControl)
        return [{ line, code: 'E21', text: `${kind} ends the transaction that the migration runs in` }]
      if (mustRunAlone && inCompany && kind !== 'add enum value') {
        return [{ line, code: '25001', text: `${kind} can't run together with other statements` }]
      }
      return []
    })
}
