/** Random numbers that come again with their seed (mulberry32), so that a case that failed can be run once more. */
export function random(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One of a list. */
export const pick = <T>(list: readonly T[], next: () => number): T => list[Math.floor(next() * list.length)]!

/** The list in another order. */
export function shuffle<T>(list: readonly T[], next: () => number): T[] {
  const rest = [...list]
  return list.map(() => rest.splice(Math.floor(next() * rest.length), 1)[0]!)
}
