import type { Settings } from '@stories/shared'

/** What was measured in one round. A value of `null` could not be measured. */
export interface Sample {
  /** When, by the server's clock, ISO 8601. */
  at: string
  /** The app's container: `running`, `restarting`, `exited`, `missing`, … */
  app: string
  /** How often Docker has restarted it since it was made. */
  restarts: number
  /** Median over the visits of the homepage; null when one got no right page. */
  responseMs: number | null
  /** Requests that nginx answered since the last round, and those answered with 500 and above but for the maintenance page. */
  requests: number | null
  failedRequests: number | null
  /** Error lines in the app's log since the last round. */
  logErrors: number
  connections: number
  /** The server's own memory in use, of what it has. */
  memoryPercent: number
  /** The memory of the app's container, bytes. */
  appBytes: number
  /** The fullest of the file systems that the platform writes to, in space or inodes. */
  diskPercent: number
}

/** What a sample says of the app's memory. */
export type MemorySample = Pick<Sample, 'at' | 'restarts' | 'appBytes' | 'memoryPercent'>

/** The plan's key metrics, by the settings. */
export interface Limits {
  responseMs: number
  errorPercent: number
  connections: number
  memoryPercent: number
  diskPercent: number
}

/** One metric of a sample against its limit. */
export interface Finding {
  metric: string
  value: string
  limit: string
  ok: boolean
}

export const limitsOf = (settings: Settings): Limits => ({
  responseMs: Number(settings.MAX_RESPONSE_MS),
  errorPercent: Number(settings.MAX_ERROR_PERCENT),
  connections: Number(settings.MAX_CONNECTIONS),
  memoryPercent: Number(settings.MAX_MEMORY_PERCENT),
  diskPercent: Number(settings.MAX_DISK_PERCENT),
})

/** Holds a sample against the limits, metric by metric, in the plan's words. A limit is where it begins to be too much. */
export function judge(sample: Sample, limits: Limits): Finding[] {
  const { requests, failedRequests, responseMs } = sample
  const rate = requests ? (100 * (failedRequests ?? 0)) / requests : 0
  const below = (
    metric: string,
    value: number,
    limit: number,
    unit: string,
    text = `${round(value)}${unit}`,
  ) => ({
    metric,
    value: text,
    limit: `< ${limit}${unit}`,
    ok: value < limit,
  })
  return [
    { metric: 'App', value: sample.app, limit: 'running', ok: sample.app === 'running' },
    responseMs === null
      ? { metric: 'Response time', value: 'no page', limit: `< ${limits.responseMs} ms`, ok: false }
      : below('Response time', responseMs, limits.responseMs, ' ms', `${Math.round(responseMs)} ms`),
    below('Error rate', rate, limits.errorPercent, ' %', shareOf(sample, rate)),
    { metric: 'Errors in the log', value: String(sample.logErrors), limit: '0', ok: sample.logErrors === 0 },
    below('Database connections', sample.connections, limits.connections, ''),
    below('Memory usage', sample.memoryPercent, limits.memoryPercent, ' %'),
    below('Disk usage', sample.diskPercent, limits.diskPercent, ' %'),
  ]
}

const round = (value: number) => Number(value.toFixed(value < 1 ? 2 : 1))

const shareOf = ({ requests, failedRequests }: Sample, rate: number) =>
  requests === null ? 'not measured, no access log' : `${round(rate)} % (${failedRequests} of ${requests})`

/** The metrics that were out of bounds in the last rounds, running; `rounds` of them make it more than a moment. */
export function standing(findings: Finding[][], rounds: number): Finding[] {
  const last = findings.slice(-rounds)
  if (last.length < rounds) return []
  const bad = (round: Finding[], metric: string) => round.some((one) => one.metric === metric && !one.ok)
  return (last.at(-1) ?? []).filter(({ metric }) => last.every((round) => bad(round, metric)))
}

/** The middle of some numbers; of two middles the mean. NaN of none. */
export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length / 2
  return sorted.length % 2 === 1
    ? sorted[Math.floor(middle)]!
    : ((sorted[middle - 1] ?? Number.NaN) + (sorted[middle] ?? Number.NaN)) / 2
}
