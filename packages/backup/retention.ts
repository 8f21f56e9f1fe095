/** One directory of backups, as far as keeping it or not depends on it. */
export interface Kept {
  /** Its release id: the time it was taken, such as `20250905_043000`. */
  release: string
  state: 'verified' | 'complete' | 'incomplete'
}

/** How many backups stay: the last ones, and the newest one of each of so many days and weeks. */
export interface Retention {
  last: number
  daily: number
  weekly: number
}

/** What becomes of a backup. `keep` names every reason that it has to stay; without one it goes. */
export interface Verdict extends Kept {
  keep: string[]
}

const instant = (release: string) => {
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(release)!.map(Number)
  return Date.UTC(y!, mo! - 1, d, h, mi, s)
}
const DAY = 24 * 3600 * 1000
const day = (release: string) => Math.floor(instant(release) / DAY)
// The first of January 1970 was a Thursday: weeks begin on Monday.
const week = (release: string) => Math.floor((day(release) + 3) / 7)

/** The newest of each period, for as many periods as are wanted; a period without a backup does not count. */
function newestOfEach(releases: string[], period: (release: string) => number, count: number): string[] {
  const newest = new Map<number, string>()
  for (const release of releases) if (!newest.has(period(release))) newest.set(period(release), release)
  return [...newest.values()].slice(0, count)
}

/**
 * Decides which backups stay. The counts are filled with verified ones; with others only while no backup was ever
 * verified; an incomplete one is of no use to anybody. The pinned and the current one always stay, and so does the newest
 * verified one, whatever the counts say.
 * @param marks release ids of the pinned and the current backup, and of one that a deployment stands on unfinished
 * @param now the server's time, as a release id
 */
export function retain(
  backups: Kept[],
  { last, daily, weekly }: Retention,
  marks: { pinned: string; current: string },
  now: string,
): Verdict[] {
  const newestFirst = [...backups].sort((a, b) => b.release.localeCompare(a.release))
  const of = (state: Kept['state']) =>
    newestFirst.filter((one) => one.state === state).map(({ release }) => release)
  const verified = of('verified')
  const counted = verified.length > 0 ? verified : of('complete')
  const reasons: [string, (backup: Kept) => boolean][] = [
    ['a deployment stands on it', ({ release }) => release === marks.pinned],
    ['current', ({ release }) => release === marks.current],
    ['the newest verified one', ({ release }) => release === verified[0]],
    ['one of the last', ({ release }) => counted.slice(0, last).includes(release)],
    ['daily', ({ release }) => newestOfEach(counted, day, daily).includes(release)],
    ['weekly', ({ release }) => newestOfEach(counted, week, weekly).includes(release)],
    [
      'not verified yet',
      ({ release, state }) => state === 'complete' && (verified.length === 0 || release > verified[0]!),
    ],
    [
      'less than a day old',
      ({ release, state }) => state === 'complete' && instant(now) - instant(release) < DAY,
    ],
  ]
  return newestFirst.map((backup) => ({
    ...backup,
    keep: reasons.filter(([, holds]) => holds(backup)).map(([why]) => why),
  }))
}
