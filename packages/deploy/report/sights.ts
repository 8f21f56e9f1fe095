import type { Kind, Seen, Sight } from '@stories/shared'

/** For how long, in shares of the axis, visitors saw the same. */
export interface Span {
  sight: Sight
  from: number
  to: number
}

const WORST: Sight[] = ['ok', 'page', 'error', 'nothing']
/** As fine as a screen shows; a moment of error stays visible, since the worst sight of a cell wins. */
const CELLS = 400
/** After so long without a visit (milliseconds) nobody knows what a visitor would have seen. */
const UNSEEN = 3000

/**
 * What visitors of one kind saw over a time, as few spans as possible. Where nobody visited there is no span.
 * @param from milliseconds since 1970, as `to`
 */
export function spansOf(record: Seen[], kind: Kind, from: number, to: number): Span[] {
  const visits = record.filter((seen) => seen.kind === kind)
  const cells: (Sight | undefined)[] = Array(CELLS)
  const cellOf = (at: number) => ((at - from) / (to - from)) * CELLS
  for (const [index, { at, ms, sight }] of visits.entries()) {
    const next = visits[index + 1]?.at ?? at + ms
    const end = next - at < UNSEEN ? next : at + ms
    if (end < from || at > to) continue
    const last = Math.min(CELLS, Math.max(Math.ceil(cellOf(end)), Math.floor(cellOf(at)) + 1))
    for (let cell = Math.max(0, Math.floor(cellOf(at))); cell < last; cell++)
      if (WORST.indexOf(sight) > WORST.indexOf(cells[cell] ?? 'ok') || cells[cell] === undefined)
        cells[cell] = sight
  }
  const spans: Span[] = []
  for (let cell = 0; cell < CELLS; cell++) {
    const sight = cells[cell]
    const last = spans.at(-1)
    if (!sight) continue
    if (last?.sight === sight && last.to === cell / CELLS) last.to = (cell + 1) / CELLS
    else spans.push({ sight, from: cell / CELLS, to: (cell + 1) / CELLS })
  }
  return spans
}

/** How many slow downloads came to no good end. */
export const cutOff = (record: Seen[]) =>
  record.filter(({ kind, sight }) => kind === 'slow' && (sight === 'error' || sight === 'nothing')).length
