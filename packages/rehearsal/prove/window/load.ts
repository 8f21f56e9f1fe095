import { Agent } from 'node:https'
import { setImmediate as turn } from 'node:timers/promises'
import { loadSettings, sightOf, type Visit, visit } from '@stories/shared'
import type { Practice } from '../../practice.ts'

/** What came of one kind of request. */
export interface Kind {
  requests: number
  failed: number
  /** Every way in which one failed, with how often; `reused` when it went over a connection that was open already. */
  failures: Record<string, number>
}

export interface Load {
  requests: number
  failed: number
  kinds: Record<string, Kind>
  /** Requests a second, as they were really made. */
  rate: number
}

/** Of a hundred requests, how many are of a kind; the rest are pages on connections of their own. */
const SHARES = { 'keep-alive': 20, post: 10, write: 2, file: 10 } as const
const CONNECTIONS = 4

/** Lets what has arrived be seen: like a browser or curl, a visitor looks whether a kept connection is still open before using it. */
const look = async () => {
  await turn()
  await turn()
}

/**
 * Visits a practice site so many times a second until it is told to stop: pages, files and POSTs on new connections, pages
 * on connections that stay open, rows that are written, and downloads that take three seconds and six, one after the
 * other. Nothing is tried twice, and everything but the wanted answer is a failure.
 * @returns a function that ends it, waits for the last answers, and gives what came of it
 */
export function load(practice: Practice, perSecond: number): () => Promise<Load> {
  const settings = loadSettings(practice.envFile, {})
  const kinds: Load['kinds'] = {}
  const pending = new Set<Promise<void>>()
  const free = Array.from({ length: CONNECTIONS }, () => new Agent({ keepAlive: true, maxSockets: 1 }))
  // Who comes anew has been here before: as a browser does, it takes up the TLS session that it had.
  const anew = new Agent({ keepAlive: false })
  const agents = [...free, anew]
  const since = performance.now()
  let made = 0
  let stopped = false

  const ask = (kind: string, path: string, how: Visit = {}, wanted = 200) => {
    const asking = visit(settings, path, { timeout: 30_000, agent: anew, ...how }).then((answer) => {
      kinds[kind] ??= { requests: 0, failed: 0, failures: {} }
      const it = kinds[kind]
      it.requests++
      const whole = kind !== 'slow' || answer.body.endsWith('done\n')
      if (answer.status === wanted && sightOf(answer.status, answer.headers['retry-after']) === 'ok' && whole)
        return
      it.failed++
      const why = `${answer.error ?? (whole ? answer.status : 'cut short')}${answer.reused ? ', reused' : ''}`
      it.failures[why] = (it.failures[why] ?? 0) + 1
    })
    pending.add(asking)
    return asking.finally(() => pending.delete(asking))
  }

  const json = { 'content-type': 'application/json' }
  const one = (number: number) => {
    const place = number % 100
    const [kept, post, write] = [SHARES['keep-alive'], SHARES.post, SHARES.write]
    // Spread over the second, not in a row: every fifth is one on a kept connection. One visitor asks one thing at a time.
    const agent = place % (100 / kept) === 0 && free.shift()
    if (agent)
      return look()
        .then(() => ask('keep-alive', '/', { agent }))
        .finally(() => free.push(agent))
    if (place % (100 / post) === 1) return ask('post', '/api/echo', { method: 'POST', body: 'visitor' })
    if (place % (100 / write) === 2)
      return ask(
        'write',
        '/api/stories',
        { method: 'POST', headers: json, body: JSON.stringify({ title: `Written as ${number}` }) },
        201,
      )
    if (place % (100 / SHARES.file) === 3) return ask('file', settings.SAMPLE_FILE)
    return ask('page', number % 2 ? '/' : '/stories')
  }
  const timer = setInterval(() => {
    for (const due = ((performance.now() - since) / 1000) * perSecond; made < due; made++) void one(made)
  }, 1000 / perSecond)
  const downloads = [3, 6].map(async (seconds) => {
    while (!stopped) await ask('slow', `/api/slow?seconds=${seconds}`)
  })
  return async () => {
    clearInterval(timer)
    stopped = true
    const rate = made / ((performance.now() - since) / 1000)
    await Promise.all([...pending, ...downloads])
    for (const agent of agents) agent.destroy()
    const sum = (key: 'requests' | 'failed') =>
      Object.values(kinds).reduce((total, kind) => total + kind[key], 0)
    return { requests: sum('requests'), failed: sum('failed'), kinds, rate: Math.round(rate) }
  }
}
