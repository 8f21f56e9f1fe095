/**
 * First 24 Hours
 *
 * Measures the plan's key metrics every hour, prints one line a round, and keeps each in $BACKUP_DIR/monitoring.jsonl on
 * the server. Ends at once when a metric is out of bounds in two rounds running.
 *   --hours N     how long (24)
 *   --every N     minutes between rounds (60)
 *   --once        one round, judged by itself
 *
 * Before:      tsx packages/monitor/performance.ts
 * After:       tsx packages/monitor/success-criteria.ts
 * If it fails: see what the line names; packages/rollback/troubleshooting has recipes, packages/rollback the way back
 *
 * Usage: tsx packages/monitor/first-24-hours.ts [--hours N] [--every N] [--once] [--dry-run] [--json]
 */
import { setTimeout as pause } from 'node:timers/promises'
import { open, ProcessOutput, print, readNumber, refuse, server, voice, warn } from '@stories/shared'
import { measure } from './measure.ts'
import { serverTime } from './resources.ts'
import { type Finding, judge, limitsOf, type Sample, standing } from './thresholds.ts'
import { line, restarted, roundsOf, unreachable } from './watch.ts'

const { settings, flags, found, directory } = await open(import.meta.url, {
  release: 'pinned',
  flags: { hours: { type: 'string' }, every: { type: 'string' }, once: { type: 'boolean' } },
})
const every = readNumber('--every', flags.more['every'], 60)
const rounds =
  flags.more['once'] || flags.dryRun ? 1 : roundsOf(readNumber('--hours', flags.more['hours'], 24), every)
const history: Finding[][] = []
let last: Sample | undefined
let since = (await serverTime()) - every * 60
const begun = Date.now()

for (let round = 1; round <= rounds; round++) {
  const findings = await look()
  history.push(findings)
  const bad = standing(history, rounds === 1 ? 1 : 2)
  if (bad.length > 0)
    refuse(
      `Out of bounds${rounds === 1 ? '' : ' in two rounds running'}: ${bad.map(({ metric, value, limit }) => `${metric} ${value} (${limit})`).join(', ')}`,
      'tsx packages/monitor/performance.ts shows what is behind it; tsx packages/rollback/immediate.ts is the way back',
    )
  // From the beginning of the watch, so that rounds don't drift by the time they take.
  if (round < rounds) await pause(Math.max(begun + round * every * 60_000 - Date.now(), 0))
}

/** One round. A server out of reach is a finding of its own, so that a night without network doesn't end the watch at once. */
async function look(): Promise<Finding[]> {
  try {
    const now = await serverTime()
    const { sample } = await measure(found, settings, since, now)
    const findings = [...judge(sample, limitsOf(settings)), restarted(last, sample)]
    ;[last, since] = [sample, now]
    print(voice.json ? JSON.stringify({ sample, findings }) : line(sample.at, findings))
    await server({ input: `${JSON.stringify({ sample, findings })}\n` })`cat >> ${directory}/monitoring.jsonl`
    return findings
  } catch (error) {
    if (!(error instanceof ProcessOutput)) throw error
    const findings = unreachable(error.exitCode === 255 ? 'not reached' : 'gave no measurements')
    print(line(new Date().toISOString(), findings))
    warn(error.stderr.trim().split('\n').at(-1) ?? '')
    return findings
  }
}
