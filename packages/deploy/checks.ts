import { bytes } from '@stories/shared'
import type { Proof } from './proof.ts'

/** One line of the go/no-go table. */
export interface Check {
  what: string
  ok: boolean
  says: string
  /** The command that would turn a no into a go. */
  next?: string
}

/** The backup must be verified, and young enough: what was written since is not in it. Ages in minutes. */
export function checkBackup(
  verified: { verified?: string },
  manifest: { taken?: string },
  now: number,
  maxAge: number,
): Check {
  const what = 'backup verified and fresh'
  if (!verified.verified)
    return { what, ok: false, says: 'not verified', next: 'tsx packages/backup/verify.ts' }
  const age = (now - Date.parse(manifest.taken ?? '') / 1000) / 60
  const ok = age <= maxAge
  return {
    what,
    ok,
    says: `${Math.round(age)} minutes old`,
    ...(!ok && { next: 'take a new one: tsx packages/backup/backup.ts' }),
  }
}

/** The migration must be proven on a copy, for the very commit that is going to be deployed. */
export function checkProof(proof: Partial<Proof>, commit: string): Check {
  const what = 'migration proven on a copy'
  const next = 'tsx packages/deploy/test-migration.ts'
  if (!proof.commit) return { what, ok: false, says: 'not tested', next }
  if (proof.commit !== commit)
    return {
      what,
      ok: false,
      says: `tested for ${proof.commit.slice(0, 10)}, the branch is at ${commit.slice(0, 10)}`,
      next,
    }
  const losses = proof.losses ?? []
  const rows = losses.filter(({ what }) => what === 'table').reduce((sum, loss) => sum + loss.rows, 0)
  return {
    what,
    ok: true,
    says: `recipe ${proof.recipe}${losses.length > 0 ? `, loses ${losses.length} tables and columns with ${rows} rows` : ', loses nothing'}`,
  }
}

/** Edits made on the server are the operator's to decide on, never to be swallowed (E15). */
export function checkDirty(dirty: string[], choice: string): Check {
  const what = 'no local changes'
  const tracked = dirty.filter((line) => !line.startsWith('??'))
  if (tracked.length === 0)
    return {
      what,
      ok: true,
      says: dirty.length > 0 ? `${dirty.length} untracked files, left alone` : 'clean',
    }
  const says = tracked
    .slice(0, 5)
    .map((line) => line.slice(3))
    .join(', ')
  return choice === 'refuse'
    ? { what, ok: false, says, next: 'commit them, or set LOCAL_CHANGES=set-aside or LOCAL_CHANGES=reapply' }
    : { what, ok: true, says: `${says}: ${choice}` }
}

/** Phase 4 makes a second copy of the database beside the first. */
export function checkSpace(free: number, database: number): Check {
  const needed = Math.ceil(database * 1.2) + 256 * 1024 ** 2
  return {
    what: 'room for a copy of the database',
    ok: free >= needed,
    says: `${bytes(needed)} needed, ${bytes(free)} free`,
    ...(free < needed && { next: 'tsx packages/rollback/troubleshooting/no-space-left.ts' }),
  }
}
