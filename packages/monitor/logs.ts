import { type Found, read } from '@stories/shared'

/**
 * What counts as an error in the app's log. `grep ERROR` alone misses `Error:`, which is how Node says it (E33).
 * Without a backslash, so that awk and JavaScript read it alike.
 */
export const ERROR =
  '(^|[^A-Za-z_])(ERROR|FATAL|CRITICAL|PANIC|[A-Za-z]*Error:|Unhandled|OutOfMemory|out of memory)'

const SHOWN = 5

/** An awk program: how many lines, how many of them match the variable `error`, and the last of those. */
export const ERRORS = `$0 ~ error { n++; newest[n % ${SHOWN}] = $0 }
END { print NR, n + 0; for (i = n - ${SHOWN - 1}; i <= n; i++) if (i > 0) print newest[i % ${SHOWN}] }`

/** What the app's log says since a moment. */
export interface AppLog {
  lines: number
  errors: number
  /** The newest error lines, at most {@link SHOWN}, with the time that Docker wrote before them. */
  newest: { at: Date; line: string }[]
}

/**
 * Counts the errors of the app's log on the server: a quiet log is an answer, not a failed `grep` (E33).
 * @param since seconds since 1970 by the server's clock
 */
export async function appLog(container: string, since: number): Promise<AppLog> {
  return readAppLog(
    await read`docker logs --timestamps --since ${since} ${container} 2>&1 | awk -v error=${ERROR} ${ERRORS}`.text(),
  )
}

/** Reads the counts and lines that {@link appLog} asked for. */
export function readAppLog(answer: string): AppLog {
  const [counts = '', ...newest] = answer.trimEnd().split('\n')
  const [lines = 0, errors = 0] = counts.split(' ').map(Number)
  return {
    lines,
    errors,
    newest: newest.map((text) => ({
      at: new Date(text.slice(0, text.indexOf(' '))),
      line: text.slice(text.indexOf(' ') + 1),
    })),
  }
}

/** What nginx answered to visitors since a moment. */
export interface Requests {
  all: number
  /** Answers of 500 and above, but for 503: that is the maintenance page, and counted by itself. */
  errors: number
  maintenance: number
}

const LAST_LINES = 200_000

/**
 * An awk program over lines of nginx's usual log format: how many answers, 500 and above but for 503, and 503, from the
 * variable `from` on (`20251122184851`, the log's own time zone; nothing: all).
 */
export const COUNT = `split($0, part, /"/) > 2 && substr($4, 1, 1) == "[" {
  month = (index("JanFebMarAprMayJunJulAugSepOctNovDec", substr($4, 5, 3)) + 2) / 3
  time = substr($4, 9, 4) sprintf("%02d", month) substr($4, 2, 2) substr($4, 14, 2) substr($4, 17, 2) substr($4, 20, 2)
  if (time < from) next
  status = substr(part[3], 2, 3) + 0
  all++; if (status == 503) page++; else if (status >= 500) bad++
} END { print all + 0, bad + 0, page + 0 }`

/**
 * Counts nginx's answers; undefined when its access log is nowhere to be read.
 * @param since seconds since 1970 by the server's clock
 */
export async function requests(nginx: Found['nginx'], since: number): Promise<Requests | undefined> {
  const answer = nginx.container
    ? await read`docker logs --since ${since} ${nginx.container.name} 2>/dev/null | awk ${COUNT}`.nothrow()
    : await read`sudo tail -n ${LAST_LINES} /var/log/nginx/access.log |
        awk -v from="$(date -d @${since} +%Y%m%d%H%M%S)" ${COUNT}`.nothrow()
  if (answer.exitCode !== 0) return undefined
  const [all = 0, errors = 0, maintenance = 0] = answer.stdout.trim().split(' ').map(Number)
  return { all, errors, maintenance }
}
