import { duration } from '@stories/shared'
import type { AppLog } from './logs.ts'
import type { AppState } from './resources.ts'

/**
 * No critical errors in the log for so many minutes. A young app can't have been quiet for long: then what is missing is
 * said, and the criterion doesn't hold yet.
 * @param log the app's log of these minutes, or since it started
 * @param now seconds since 1970, by the server's clock
 */
export function quiet(
  app: AppState,
  log: AppLog,
  now: number,
  minutes: number,
): { ok: boolean; says: string } {
  if (app.status !== 'running') return { ok: false, says: `the app is ${app.status}` }
  const age = Math.max(now - app.startedAt, 0)
  const looked = Math.min(age, minutes * 60)
  const since = `in ${duration(looked * 1000)}${age < minutes * 60 ? ', since the app started' : ''}`
  const newest = log.newest.at(-1)
  if (newest) {
    const left = minutes * 60 - (now - newest.at.getTime() / 1000)
    const when = `if none follows, ${duration(Math.max(left, 0) * 1000)} to go`
    return {
      ok: false,
      says: `${log.errors} errors ${since}; ${when}; the last: ${newest.line.slice(0, 160)}`,
    }
  }
  if (age < minutes * 60)
    return { ok: false, says: `no error ${since}; ${duration((minutes * 60 - age) * 1000)} to go` }
  return { ok: true, says: `no error among ${log.lines} lines ${since}` }
}
