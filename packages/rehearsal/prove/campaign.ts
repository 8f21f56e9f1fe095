/** What a campaign of `npm run prove` is: a file beside this one, named like the campaign. */
import { join } from 'node:path'
import { stateDir } from '../state.ts'

export interface Options {
  /** The short subset, for every run of the tests. */
  short: boolean
  /** What chance begins with, for campaigns that draw lots: the same seed is the same run. */
  seed: number
  say: (line: string) => void
}

/**
 * A campaign takes practice servers whose names begin with its own (`errata`, `errata-live`): they are removed when it is
 * over, also when it was interrupted.
 */
export interface Campaign {
  /** What is proven, in one line for the list. */
  title: string
  /** Runs it. Gives the last line, with its figures as `done/all`, and keeps the details in {@link detailsOf}. */
  default: (options: Options) => Promise<string>
}

/** Where a campaign keeps its details. */
export const detailsOf = (name: string) => join(stateDir, 'prove', `${name}.json`)

/** Whether every figure of a campaign's last line is whole: `29/29`, not `28/29`. */
export function isWhole(line: string): boolean {
  const figures = [...line.matchAll(/\b(\d+)\/(\d+)\b/g)]
  return figures.every(([, done, all]) => done === all)
}
