import { setTimeout as pause } from 'node:timers/promises'
import { type Found, progress, type Settings, visit } from '@stories/shared'
import { type AppLog, appLog, requests } from './logs.ts'
import { faultOf } from './pages.ts'
import {
  type AppState,
  appState,
  type Connections,
  connections,
  type Disk,
  disks,
  type Memory,
  memory,
  serverTime,
} from './resources.ts'
import { type MemorySample, median, type Sample } from './thresholds.ts'

const VISITS = 5

/** Milliseconds of the homepage: the median, or null when a visit got no right page, and why. */
export interface ResponseTimes {
  ms: number | null
  slowest: number
  fault?: string
}

/** Visits the homepage some times, one after the other. The median is what counts: one slow answer is no trend. */
export async function responseTimes(settings: Settings): Promise<ResponseTimes> {
  const times: number[] = []
  for (let visits = 0; visits < VISITS; visits++) {
    const answer = await visit(settings, '/')
    const moved = answer.status >= 300 && answer.status < 400
    const fault = moved ? undefined : faultOf({ ...answer, path: '/' })
    if (fault) return { ms: null, slowest: answer.ms, fault }
    times.push(answer.ms)
  }
  return { ms: median(times), slowest: Math.max(...times) }
}

/** A sample, and what stands behind its numbers. */
export interface Measured {
  sample: Sample
  app: AppState
  response: ResponseTimes
  log: AppLog
  connections: Connections
  memory: Memory
  disks: Disk[]
}

/**
 * Measures everything that the plan watches.
 * @param since seconds since 1970, by the server's clock: from when logs are counted
 * @param now the same clock, now
 */
export async function measure(
  found: Found,
  settings: Settings,
  since: number,
  now: number,
): Promise<Measured> {
  // On its own: the rest would slow it down.
  const response = await responseTimes(settings)
  const app = await appState(found.app?.name)
  const name = app.status === 'missing' ? undefined : found.app?.name
  const [answered, log, open, used, full] = await Promise.all([
    requests(found.nginx, since),
    name ? appLog(name, since) : { lines: 0, errors: 0, newest: [] },
    connections(found.database),
    memory(),
    disks(settings),
  ])
  const sample = {
    at: new Date(now * 1000).toISOString(),
    app: app.status,
    restarts: app.restarts,
    responseMs: response.ms === null ? null : Math.round(response.ms),
    requests: answered?.all ?? null,
    failedRequests: answered?.errors ?? null,
    logErrors: log.errors,
    connections: open.all,
    memoryPercent: Number(used.percent.toFixed(1)),
    appBytes: used.containers.find((container) => container.name === name)?.bytes ?? 0,
    diskPercent: full[0]?.percent ?? 0,
  }
  return { sample, app, response, log, connections: open, memory: used, disks: full }
}

/** Samples of the app's memory alone, some seconds apart: for when no watch has left any. */
export async function memorySamples(found: Found, count: number, seconds: number): Promise<MemorySample[]> {
  const samples: MemorySample[] = []
  for (let taken = 0; taken < count; taken++) {
    if (taken > 0) await pause(seconds * 1000)
    progress(`${taken} of ${count} samples`)
    const [used, app, now] = await Promise.all([memory(), appState(found.app?.name), serverTime()])
    samples.push({
      at: new Date(now * 1000).toISOString(),
      restarts: app.restarts,
      appBytes: used.containers.find(({ name }) => name === found.app?.name)?.bytes ?? 0,
      memoryPercent: Number(used.percent.toFixed(1)),
    })
  }
  return samples
}
