import { duration } from '@stories/shared'
import type { Finding, MemorySample, Sample } from './thresholds.ts'

/** One round of the watch, as kept in monitoring.jsonl. */
export interface Round {
  sample: Sample
  findings: Finding[]
}

/** What a round says when the server could not be reached: everything is unknown, and that is out of bounds. */
export const unreachable = (why: string): Finding[] => [
  { metric: 'Server', value: why, limit: 'reachable', ok: false },
]

/** A round as one line: every metric, and what is out of bounds. */
export function line(at: string, findings: Finding[]): string {
  const all = findings.map(({ metric, value, ok }) => `${ok ? '' : '! '}${metric.toLowerCase()} ${value}`)
  const bad = findings.filter(({ ok }) => !ok).length
  return `${at.slice(0, 16).replace('T', ' ')}  ${bad === 0 ? 'ok' : `${bad} out of bounds`}  ${all.join(' · ')}`
}

/** Whether the app was restarted between two rounds: Docker counts, and starts at 0 for a new container. */
export function restarted(before: Sample | undefined, now: Sample): Finding {
  const more = before ? now.restarts - before.restarts : 0
  return { metric: 'Restarts', value: String(Math.max(more, 0)), limit: '0', ok: more <= 0 }
}

/** How many rounds a watch has: one at its beginning, one at its end. Takes hours and minutes; fractions don't add up exactly. */
export const roundsOf = (hours: number, every: number) => Math.floor((hours * 60) / every + 1e-6) + 1

/** Reads monitoring.jsonl; a line that a crash cut short is passed over. */
export function readRounds(text: string): Round[] {
  return text.split('\n').flatMap((one) => {
    try {
      const round = JSON.parse(one) as Partial<Round>
      return round.sample && round.findings ? [round as Round] : []
    } catch {
      return []
    }
  })
}

/** Whether memory is stable: what the app uses at the end of the samples against their beginning. */
export interface Trend {
  stable: boolean
  says: string
}

/** How much the app's memory may grow between the first third and the last of the samples. */
const GROWTH = 0.2
/** A young process grows by its caches; below this (bytes) growth is no trend. */
const NOISE = 32 * 1024 ** 2

/**
 * The trend of the app's memory over samples in order. A watch of hours tells; seconds only show that nothing runs away.
 * @param samples at least two, as they were taken
 */
export function memoryTrend(samples: MemorySample[], limit: number): Trend {
  const third = Math.max(Math.floor(samples.length / 3), 1)
  const mean = (some: typeof samples) => some.reduce((sum, { appBytes }) => sum + appBytes, 0) / some.length
  const [first, last] = [mean(samples.slice(0, third)), mean(samples.slice(-third))]
  const span = duration(Date.parse(samples.at(-1)?.at ?? '') - Date.parse(samples[0]?.at ?? ''))
  const highest = Math.max(...samples.map(({ memoryPercent }) => memoryPercent))
  const megabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`
  const says = `${megabytes(first)} → ${megabytes(last)} in ${span}, server at most ${highest} %`
  if (first === 0 || last === 0) return { stable: false, says: 'the app was not running in every sample' }
  if (samples.some(({ restarts }) => restarts !== samples[0]?.restarts))
    return { stable: false, says: `the app was restarted meanwhile; ${says}` }
  const grown = last - first > NOISE && last > first * (1 + GROWTH)
  return { stable: !grown && highest < limit, says }
}
