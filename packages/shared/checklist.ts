import { ProcessOutput } from 'zx/core'
import { misuse, refuse, Stop } from './exit.ts'
import { print, red, say, table, voice } from './log.ts'
import { cause, run, step, stepNumber } from './step.ts'

/** One thing that was looked at, how it is, and in what words. */
export interface Check {
  title: string
  ok: boolean
  says: string
}

/** What looks at one thing: gives back what was seen, throws what is wrong with it. */
export type Look = () => Promise<string> | string

/** A command that ran there and failed says something about the server; one that never arrived (255) doesn't. */
const tells = (error: unknown) =>
  error instanceof Stop ||
  (error instanceof ProcessOutput && error.exitCode !== null && error.exitCode !== 255)

/** How many looks are at work at once: a server takes ten sessions on one connection, for all who share it. */
const ABREAST = 4

/** A list of checks: one that fails is written down, and the rest is looked at all the same. */
export function checklist() {
  const checks: Check[] = []
  return {
    /** Looks at one thing and writes down what came of it. A server that can't be reached ends the script. */
    async check(title: string, look: Look): Promise<void> {
      try {
        checks.push({ title, ok: true, says: (await step(title, look)) ?? '' })
      } catch (error) {
        if (!tells(error)) throw error
        run.step = undefined
        const says = cause(error).split('\n')[0] ?? ''
        this.add({ title, ok: false, says })
      }
    },
    /**
     * Looks at several things that have nothing to do with one another, some of them at once; what came of them is written
     * down in their order. In a dry run one after the other, as there is a command to read for each.
     */
    async checkAll(looks: Record<string, Look>): Promise<void> {
      const begun = new Map<string, Promise<string>>()
      const inLane = lanes(ABREAST)
      for (const [title, look] of Object.entries(looks)) {
        if (run.dryRun || stepNumber(title) < run.from) continue
        const seen = inLane(look)
        seen.catch(() => {}) // it is thrown when its turn in the list comes
        begun.set(title, seen)
      }
      for (const [title, look] of Object.entries(looks))
        await this.check(title, () => begun.get(title) ?? look())
    },
    /** Writes down what is known already. */
    add(check: Check): void {
      if (!check.ok && !voice.json) say(red(`✗ ${check.title}: ${check.says}`))
      checks.push(check)
    },
    /** Prints the table of all checks on stdout; with `--json` one line each. */
    print(): void {
      const lines = voice.json ? checks.map((one) => JSON.stringify(one)) : table(checks.map(row))
      for (const line of lines) print(line)
    },
    /**
     * Ends the list.
     * @param next the command to run when something failed
     * @throws Stop (exit 3) that names what failed
     */
    conclude(next: string): void {
      this.print()
      const wrong = failures(checks)
      if (wrong) refuse(wrong, next)
    },
  }
}

/** Lets so many looks be at work at once; the others wait in their order. */
function lanes(free: number): (look: Look) => Promise<string> {
  const waiting: (() => void)[] = []
  return async (look) => {
    if (free > 0) free--
    else await new Promise<void>((go) => waiting.push(go))
    try {
      return await look()
    } finally {
      const next = waiting.shift()
      if (next) next()
      else free++
    }
  }
}

const row = ({ title, ok, says }: Check) => [ok ? 'ok' : 'FAILED', title, says]

/** The checks in what a script printed: its table, or with `--json` its lines. Anything else that it printed is passed over. */
export function readChecks(out: string): Check[] {
  return out.split('\n').flatMap((line) => {
    const [, how, title = '', says = ''] = /^(ok|FAILED) +(\S.*?)(?: {2,}(.*))?$/.exec(line) ?? []
    if (how) return [{ title, ok: how === 'ok', says }]
    try {
      const check = JSON.parse(line) as Check
      return typeof check.ok === 'boolean' && check.title ? [check] : []
    } catch {
      return []
    }
  })
}

/** `2 of 7 failed: …` by their titles; undefined when none did. Nothing looked at is a failure too: it proves nothing. */
export function failures(checks: Check[]): string | undefined {
  if (checks.length === 0) return 'Nothing was checked'
  const failed = checks.filter(({ ok }) => !ok)
  if (failed.length === 0) return undefined
  return `${failed.length} of ${checks.length} checks failed: ${failed.map(({ title }) => title).join(', ')}`
}

/**
 * The tests that the operator asked for with `--only`, a list of words with commas; all of them without it.
 * @throws Stop (exit 2) when a word is in no title, so that a typing error doesn't pass as a clean result
 */
export function chosen<T>(tests: Record<string, T>, only: string | undefined): [string, T][] {
  const words = (only ?? '').toLowerCase().split(',').filter(Boolean)
  const all = Object.entries(tests)
  const unknown = words.find((word) => !all.some(([title]) => title.toLowerCase().includes(word)))
  if (unknown)
    misuse(`--only: no check is called "${unknown}"; they are: ${all.map(([title]) => title).join(', ')}`)
  return words.length === 0
    ? all
    : all.filter(([title]) => words.some((word) => title.toLowerCase().includes(word)))
}
