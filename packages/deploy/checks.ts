import { type Answer, bytes, type Found, type Settings } from '@stories/shared'
import type { Target } from './image.ts'
import type { Proof } from './migration/proof.ts'

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

/** From where to where: the branch that is checked out, what else runs on the server, the target. */
export const checkPlaces = (
  { branch, head, others }: Found,
  { CURRENT_BRANCH, TARGET_BRANCH }: Settings,
  { commit, prisma }: Target,
): Check[] => [
  {
    what: 'on the expected branch',
    ok: branch === CURRENT_BRANCH || head === commit,
    says: branch || 'no branch',
  },
  { what: 'other containers', ok: true, says: others.map(({ name }) => name).join(', ') || 'none' },
  { what: 'target', ok: true, says: `${TARGET_BRANCH} at ${commit.slice(0, 10)}, Prisma ${prisma}` },
]

/** Phase 4 makes a second copy of the database beside the first. */
export function checkSpace(free: number, needed: number): Check {
  return {
    what: 'room for a copy of the database',
    ok: free >= needed,
    says: `${bytes(needed)} needed, ${bytes(free)} free`,
    ...(free < needed && { next: 'tsx packages/rollback/troubleshooting/no-space-left.ts' }),
  }
}

/** A site that does not answer now is to be mended first: afterwards nobody could tell whose fault it was. */
export const checkSite = ({ status, error, ms }: Pick<Answer, 'status' | 'error' | 'ms'>): Check => ({
  what: 'the site answers',
  ok: status === 200,
  says: error ?? `${status} in ${Math.round(ms)} ms`,
})

/** Days that a certificate must still be valid: nobody should have to renew it while something else is being found out. */
const CERTIFICATE_DAYS = 7

/** The site's certificate must outlive the days after the deployment. */
export function checkCertificate(end: Date | undefined, secure: boolean, now: number): Check {
  const what = 'certificate'
  if (!secure) return { what, ok: true, says: 'none: the site speaks http' }
  if (!end) return { what, ok: false, says: 'could not be read', next: 'check PUBLIC_URL and nginx' }
  const days = Math.floor((end.getTime() / 1000 - now) / 86_400)
  const ok = days >= CERTIFICATE_DAYS
  return {
    what,
    ok,
    says: days < 0 ? `expired ${-days} days ago` : `valid for ${days > 90 ? 'more than 90' : days} days`,
    ...(!ok && { next: 'renew it, for example sudo certbot renew' }),
  }
}

/**
 * Whoever listens on the app's published port must be Docker: another process there would keep the new app from starting.
 * @param listening `ss`'s lines of the port, with the names of processes where they can be seen
 */
export function checkPort(port: string | undefined, listening: string): Check {
  const what = "the app's port"
  if (!port) return { what, ok: true, says: 'not published' }
  const other = /users:\(\("([^"]+)"/.exec(listening)?.[1]
  const ok = listening === '' || other === undefined || other === 'docker-proxy'
  return {
    what,
    ok,
    says: `${port}: ${ok ? (other ?? 'free') : `held by ${other}`}`,
    ...(!ok && { next: 'tsx packages/rollback/troubleshooting/port-already-in-use.ts' }),
  }
}
