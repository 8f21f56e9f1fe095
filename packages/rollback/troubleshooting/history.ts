import type { History, Migration } from '@stories/shared'

/**
 * What is to be done, and why. `applied`: the database has all that the code wants, only its history doesn't know it.
 * `rolled-back`: it lacks something, and a failed migration bars the way. `test`: it lacks something, nothing bars the way.
 */
export interface Verdict {
  kind: 'nothing' | 'applied' | 'rolled-back' | 'test'
  names: string[]
  says: string
}

/** @param same the database is what the code's schema wants: `migrate diff --exit-code` found no difference */
export function verdict({ failed, pending }: History, same: boolean): Verdict {
  const names = pending.map(({ name }) => name)
  if (same && pending.length === 0 && failed.length === 0)
    return { kind: 'nothing', names: [], says: 'history, schema and database agree' }
  // A migration that failed and has left the code since can't be applied any more: it is put out of the way.
  const stray = failed.map(({ name }) => name).filter((name) => !names.includes(name))
  if (same && pending.length > 0)
    return {
      kind: 'applied',
      names,
      says: `the database has all that the code wants; its history lacks ${names.join(', ')}`,
    }
  if (same)
    return {
      kind: 'rolled-back',
      names: stray,
      says: `the database is right; ${stray.join(', ')} failed and is not in the code`,
    }
  if (failed.length > 0)
    return {
      kind: 'rolled-back',
      names: failed.map(({ name }) => name),
      says: `${failed.map(({ name }) => name).join(', ')} failed, and the database lacks something that the code wants`,
    }
  return {
    kind: 'test',
    names,
    says: 'the database lacks something that the code wants, and no migration failed',
  }
}

/** Whether a migration does something to rows, which a comparison of schemas can't see: `--applied` would leave it undone. */
export const changesRows = ({ sql }: Migration) =>
  /^\s*(INSERT|UPDATE|DELETE|MERGE|COPY|TRUNCATE|DO|SELECT|CALL|WITH)\b/im.test(sql.replace(/--.*$/gm, ''))
