import { Agent as PlainAgent } from 'node:http'
import { Agent as SecureAgent } from 'node:https'
import type { Settings } from './settings.ts'
import { type Visit, visit } from './visit.ts'

/** What one visitor saw at one moment: the site, the maintenance page, an error, or nothing at all. */
export type Sight = 'ok' | 'page' | 'error' | 'nothing'

/**
 * How a visitor comes: `get` on a connection of its own, `post` the same with something to say, `keep-alive` on a
 * connection that stays open from one visit to the next, `slow` with a download that takes seconds.
 */
export type Kind = 'get' | 'post' | 'keep-alive' | 'slow'

export interface Seen {
  kind: Kind
  /** When the visit began, in milliseconds since 1970. */
  at: number
  sight: Sight
  status: number
  /** How long it took, to the end of the answer. */
  ms: number
  /** Why there was no answer. */
  error?: string
  /** It went over a connection that an earlier visit had left open, as a browser's do. */
  reused?: true
}

/** What an answer means to a visitor: a 503 with Retry-After is the page, any other 5xx is an error. */
export function sightOf(status: number, retryAfter: unknown): Sight {
  if (status === 0) return 'nothing'
  if (status === 503 && retryAfter !== undefined) return 'page'
  return status >= 500 ? 'error' : 'ok'
}

/** Totals of a record: how often each was seen, and for how long (milliseconds) in all. */
export interface Totals {
  visits: number
  seen: Record<Sight, number>
  /** From the first sight of the page to the first good answer after the last: what the plan calls downtime. */
  window: number
  /** How long nothing, or an error, was answered. */
  broken: number
  /** Visits that met nothing because the kept connection that they went over was just being closed: a browser asks again. */
  closed: number
}

/** A kept connection that was closed under a visit, before any answer. */
const isClosedUnder = ({ sight, reused, error }: Seen) =>
  sight === 'nothing' && reused === true && error === 'ECONNRESET'

/** From the first sight of the page to the first good answer after the last; undefined when nobody saw the page. */
export function windowOf(record: Seen[]): { from: number; to: number } | undefined {
  const quick = record.filter(({ kind }) => kind !== 'slow') // it may end long after it began
  const first = quick.findIndex(({ sight }) => sight === 'page')
  if (first === -1) return undefined
  const last = quick.map(({ sight }) => sight).lastIndexOf('page')
  const reopened = quick.slice(last).find(({ sight }) => sight === 'ok') ?? quick.at(-1)!
  return { from: quick[first]!.at, to: reopened.at }
}

/** Adds up a record, which is in the order of time. */
export function totals(record: Seen[]): Totals {
  const seen: Record<Sight, number> = { ok: 0, page: 0, error: 0, nothing: 0 }
  for (const { sight } of record) seen[sight]++
  // A download that was cut off says when it began, not when it broke: it counts, but has no time of its own.
  const quick = record.filter(({ kind }) => kind !== 'slow')
  let broken = 0
  for (const [index, { at, sight, ms }] of quick.entries())
    if (sight === 'error' || sight === 'nothing') broken += (quick[index + 1]?.at ?? at + ms) - at
  const { from, to } = windowOf(record) ?? { from: 0, to: 0 }
  const closed = record.filter(isClosedUnder).length
  return { visits: record.length, seen, window: to - from, broken, closed }
}

/** One kind of visitor: every how many beats it comes, what it asks for, and whether the next one waits for it to leave. */
interface Visitor {
  kind: Kind
  every: number
  path: string
  how?: Visit
  alone?: true
}

/** Who visits: everybody the homepage, the last two what the settings name. */
function visitors(settings: Settings, path: string, agent: PlainAgent): Visitor[] {
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  const post: Visit = { method: 'POST', headers: form, body: 'visitor=probe' }
  const all: Visitor[] = [
    { kind: 'get', every: 1, path },
    { kind: 'keep-alive', every: 2, path, how: { agent }, alone: true },
    { kind: 'post', every: 5, path: settings.PROBE_POST_PATH, how: post },
    { kind: 'slow', every: 5, path: settings.PROBE_SLOW_PATH, how: { timeout: 20_000 }, alone: true },
  ]
  return all.filter(({ path }) => path !== '')
}

/**
 * Visits the site from outside again and again, as visitors do all through a deployment: on new connections and on a kept
 * one, with a POST when PROBE_POST_PATH names where, and with one download after the other when PROBE_SLOW_PATH does.
 * Nothing is tried twice: what failed is recorded as it failed, also on a kept connection, where a browser would ask again.
 * @param interval milliseconds from one visit to the next
 * @returns a function that ends the visits and gives the record
 */
export function watchAsVisitor(settings: Settings, path = '/', interval = 200): () => Promise<Seen[]> {
  const record: Seen[] = []
  const pending = new Map<Promise<void>, Kind>()
  const Agent = settings.PUBLIC_URL.startsWith('https:') ? SecureAgent : PlainAgent
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })

  const come = async ({ kind, path, how }: Visitor) => {
    const at = Date.now()
    const { status, ms, headers, error, reused } = await visit(settings, path, { timeout: 5000, ...how })
    record.push({
      kind,
      at,
      sight: sightOf(status, headers['retry-after']),
      status,
      ms: Math.round(ms * 10) / 10,
      ...(error !== undefined && { error }),
      ...(reused && { reused }),
    })
  }

  let beat = 0
  const all = visitors(settings, path, agent)
  const timer = setInterval(() => {
    for (const visitor of all) {
      const waits = visitor.alone && [...pending.values()].includes(visitor.kind)
      if (beat % visitor.every !== 0 || waits || pending.size > 20) continue
      const visiting = come(visitor).finally(() => pending.delete(visiting))
      pending.set(visiting, visitor.kind)
    }
    beat++
  }, interval)
  return async () => {
    clearInterval(timer)
    await Promise.all(pending.keys())
    agent.destroy()
    return record.sort((a, b) => a.at - b.at)
  }
}
