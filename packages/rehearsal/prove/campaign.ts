/** What a campaign of `npm run prove` is: a file beside this one, named like the campaign. */
import { join } from 'node:path'
import { misuse } from '@stories/shared'
import { stateDir } from '../state.ts'

export interface Options {
  /** The short subset, for every run of the tests. */
  short: boolean
  /** One part of it alone, where it has parts; empty for all. */
  only?: string
  /** What chance begins with, for campaigns that draw lots: the same seed is the same run. */
  seed: number
  say: (line: string) => void
}

/**
 * A campaign takes practice servers whose names begin with its own (`errata`, `errata-live`, `prove-backups`): they are
 * removed when it is over, also when it was interrupted.
 */
export interface Campaign {
  /** What is proven, in one line for the list. */
  title: string
  /** Runs it. Gives the last line, with its figures as `done/all`, and keeps the details in {@link detailsOf}. */
  default: (options: Options) => Promise<string>
}

/**
 * A campaign of several parts runs them all, or the one that is named.
 * @throws Stop (exit 2) when it has no such part
 */
export function demandPart(only: string, parts: string[]): void {
  if (only && !parts.includes(only)) misuse(`--only takes one of ${parts.join(', ')}, not ${only}`)
}

/**
 * How much of something: as the environment says, such as PROVE_MINUTES=30, or the usual.
 * @throws Stop (exit 2) when that is no whole number from 1 to 100,000
 */
export function amountOf(name: string, usual: number): number {
  const said = process.env[name] ?? String(usual)
  if (!/^[1-9]\d{0,4}$|^100000$/.test(said))
    misuse(`${name}: ${said || 'nothing'} is no whole number from 1 to 100000, for example ${name}=${usual}`)
  return Number(said)
}

/** Where a campaign keeps its details. */
export const detailsOf = (name: string) => join(stateDir, 'prove', `${name}.json`)

/** What there should be none of, as a last line calls it: `false alarms 0/20`. */
const UNWANTED = /^(alarms|lost|missed|wrong|failed)$/

/** Whether every figure of a campaign's last line is whole: `29/29`, not `28/29`; 0 of what is unwanted. */
export function isWhole(line: string): boolean {
  const figures = [...line.matchAll(/(?:(\w+) )?\b(\d+)\/(\d+)\b/g)]
  return figures.every(([, word = '', done, all]) => (UNWANTED.test(word) ? done === '0' : done === all))
}
