/** What a run of tests came to. */
export interface Totals {
  passed: number
  failed: number
  skipped: number
}

/** Reads uvu's closing lines; undefined when they are missing, because the file crashed or never came to its end. */
export function readUvu(output: string): Totals | undefined {
  const count = (label: string) => new RegExp(`^ +${label}: +(\\d+)$`, 'm').exec(output)?.[1]
  const [total, passed, skipped] = [count('Total'), count('Passed'), count('Skipped')].map(Number)
  if (total === undefined || passed === undefined || !Number.isFinite(total + passed)) return undefined
  return { passed, failed: total - passed, skipped: skipped || 0 }
}

/** The line that closes a package's tests, as {@link sum} finds it again. */
export const closing = (name: string, { passed, failed, skipped }: Totals) =>
  `${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`

/** Adds up every closing line in the output of several packages, such as turbo's, also when it is replayed from a cache. */
export function sum(output: string): Totals {
  const totals = { passed: 0, failed: 0, skipped: 0 }
  for (const [, passed, failed, skipped] of output.matchAll(
    /(?:^|\s)\S+: (\d+) passed, (\d+) failed(?:, (\d+) skipped)?/gm,
  )) {
    totals.passed += Number(passed)
    totals.failed += Number(failed)
    totals.skipped += Number(skipped ?? 0)
  }
  return totals
}
