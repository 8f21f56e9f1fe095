/**
 * Performance Checks
 *
 * Holds the plan's key metrics against their limits: memory, disk, errors in the log, response time, error rate and
 * database connections. Logs are counted over the last hour, or since the app started.
 *   --minutes N   over the last N minutes instead
 *
 * Before:      tsx packages/monitor/database.ts
 * After:       tsx packages/monitor/first-24-hours.ts
 * If it fails: see what the table names; a full disk: packages/rollback/troubleshooting/no-space-left.ts
 *
 * Usage: tsx packages/monitor/performance.ts [--minutes N] [--json]
 */
import { bytes, checklist, duration, open, readNumber, say, step } from '@stories/shared'
import { measure } from './measure.ts'
import { appState, serverTime } from './resources.ts'
import { judge, limitsOf } from './thresholds.ts'

const { settings, flags, found } = await open(import.meta.url, {
  release: 'none',
  flags: { minutes: { type: 'string' } },
})
const minutes = readNumber('--minutes', flags.more['minutes'], 60)
const now = await serverTime()
const since = Math.max(now - minutes * 60, Math.floor((await appState(found.app?.name)).startedAt))
const { sample, response, log, connections, memory, disks } = (await step('Measure', () =>
  measure(found, settings, since, now),
))!

// Differs from the plan (E33): errors are counted, so that a clean log is a success; `Error:` counts too.
const seen: Record<string, string> = {
  'Response time': response.fault ?? `slowest of five ${duration(response.slowest)}`,
  'Errors in the log': `${log.lines} lines in ${duration((now - since) * 1000)}`,
  'Database connections': `${connections.active} of them active, ${connections.max} allowed`,
  'Memory usage': memory.containers.map((one) => `${one.name} ${bytes(one.bytes)}`).join(', '),
  'Disk usage': disks.map((disk) => `${disk.mount} ${disk.percent} %, ${bytes(disk.free)} free`).join('; '),
}
for (const { at, line } of log.newest) say(`  ${at.toISOString()}  ${line}`)

const list = checklist()
for (const { metric, value, limit, ok } of judge(sample, limitsOf(settings))) {
  const says = `${value} (${limit})${seen[metric] ? `  ${seen[metric]}` : ''}`
  list.add({ title: metric, ok, says })
}
list.conclude('tsx packages/monitor/first-24-hours.ts --once, after looking at what failed')
