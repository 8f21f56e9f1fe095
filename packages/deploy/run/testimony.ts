import {
  bash,
  cause,
  duration,
  keepCommand,
  read,
  run,
  runScript,
  type Seen,
  say,
  server,
  totals,
  warn,
} from '@stories/shared'

/** What deploy.ts prints: the release directory, what visitors saw (milliseconds, counts), and the report's file here. */
export interface Testimony {
  directory: string
  window: number
  broken: number
  visits: number
  seen: Record<Seen['sight'], number>
  closed: number
  report: string
}

/**
 * Says what visitors saw, keeps it in the release directory, and has the report drawn.
 * @param resumed the deployment had begun before: what was seen then belongs to it. What was seen of one that came to its end, and
 * was taken back before this one, does not
 */
export async function testify(record: Seen[], flags: string[], resumed: boolean): Promise<Testimony> {
  const { directory } = run
  const { window, broken, visits, seen, closed } = totals(record)
  say(
    `  visitors: ${visits} visits, ${seen.ok} answered, ${seen.page} saw the page, ${seen.error} an error, ${seen.nothing} nothing; window ${duration(window)}`,
  )
  if (closed > 0)
    say(
      `  ${closed} of those on a kept connection that a reload of nginx closed: a browser asks again by itself`,
    )
  const report = directory && !run.dryRun ? await keep(directory, record, flags, resumed) : ''
  if (report) say(`  report: ${report}`)
  return { directory, window, broken, visits, seen, closed, report }
}

/** How a deployment came out does not change when this goes wrong: it is said, and that is all. */
async function keep(directory: string, record: Seen[], flags: string[], resumed: boolean): Promise<string> {
  try {
    const earlier = resumed
      ? await read`cat ${directory}/visitors.json 2>/dev/null || echo '[]'`.text()
      : '[]'
    const whole = [...(JSON.parse(earlier) as Seen[]), ...record]
    await server({ input: JSON.stringify(whole) })(bash(keepCommand(`${directory}/visitors.json`)))
    return await runScript('deploy/report', flags, { BACKUP_DIR: directory })
  } catch (error) {
    warn(`There is no report: ${cause(error)}. Next: tsx packages/deploy/report.ts`)
    return ''
  }
}
