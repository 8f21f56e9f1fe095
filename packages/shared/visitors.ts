import type { Settings } from './settings.ts'
import { visit } from './visit.ts'

/** What one visitor saw at one moment: the site, the maintenance page, an error, or nothing at all. */
export type Sight = 'ok' | 'page' | 'error' | 'nothing'

export interface Seen {
  /** Milliseconds since 1970. */
  at: number
  sight: Sight
  status: number
  ms: number
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
}

export function totals(record: Seen[]): Totals {
  const seen: Record<Sight, number> = { ok: 0, page: 0, error: 0, nothing: 0 }
  let broken = 0
  for (const [index, one] of record.entries()) {
    seen[one.sight]++
    const next = record[index + 1]
    if (next && (one.sight === 'error' || one.sight === 'nothing')) broken += next.at - one.at
  }
  const first = record.findIndex(({ sight }) => sight !== 'ok')
  const last = record.map(({ sight }) => sight !== 'ok').lastIndexOf(true)
  const reopened = record[last + 1]?.at ?? record[last]?.at ?? 0
  return { visits: record.length, seen, window: first === -1 ? 0 : reopened - record[first]!.at, broken }
}

/**
 * Visits the site from outside again and again, as visitors do all through a deployment.
 * @param interval milliseconds from one visit to the next
 * @returns a function that ends the visits and gives the record
 */
export function watchAsVisitor(settings: Settings, path = '/', interval = 200): () => Promise<Seen[]> {
  const record: Seen[] = []
  const pending = new Set<Promise<void>>()
  const once = async () => {
    const at = Date.now()
    const { status, ms, headers } = await visit(settings, path, { timeout: 5000 })
    record.push({ at, status, ms, sight: sightOf(status, headers['retry-after']) })
  }
  const timer = setInterval(() => {
    if (pending.size > 20) return
    const visiting = once().finally(() => pending.delete(visiting))
    pending.add(visiting)
  }, interval)
  return async () => {
    clearInterval(timer)
    await Promise.all(pending)
    return record.sort((a, b) => a.at - b.at)
  }
}
