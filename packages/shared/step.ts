import { ProcessOutput } from 'zx/core'
import { EXIT, Stop } from './exit.ts'
import type { Header } from './flags.ts'
import { journal, unlock } from './lock.ts'
import { bold, dim, duration, event, green, red, say, spin, voice, warn } from './log.ts'

/** The running script, as `open` set it. */
export const run = {
  script: '',
  header: undefined as Header | undefined,
  directory: '',
  from: 1,
  dryRun: false,
  where: '',
  since: Date.now(),
  step: undefined as { title: string; since: number } | undefined,
  /** The step's work has begun and neither ended nor failed. */
  working: false,
  /** The highest number of a step so far. */
  last: 0,
  /** Set once the script has reached its end or its refusal, so that the closing line is said once. */
  closed: false,
}

/** The number that a plan's step title begins with: 4 for `4. Apply migration with backup point`. */
export const stepNumber = (title: string) => Number(/^(\d+)\./.exec(title)?.[1] ?? Number.NaN)

/**
 * One step of the plan: named, timed, journaled; passed over when `--from` says so or when what it does is already so.
 * @param title the plan's own number and words
 * @param options.done gives a reason when the step has nothing left to do
 * @returns what `work` gave; undefined when the step was passed over
 * @throws whatever `work` throws, after it was journaled
 */
export async function step<T>(
  title: string,
  work: () => Promise<T> | T,
  options: { done?: () => Promise<string | false | undefined> } = {},
): Promise<T | undefined> {
  run.last = Math.max(run.last, stepNumber(title) || 0)
  if (stepNumber(title) < run.from) {
    say(dim(`- ${title}: passed over (--from ${run.from})`))
    return undefined
  }
  // An outline shows every step, also those that are so before anything has begun.
  const already = !process.env['STORIES_OUTLINE'] && (await options.done?.())
  if (already) {
    say(dim(`- ${title}: nothing to do, ${already}`))
    event('step', { title, state: 'already', why: already })
    void behind({ step: title, state: 'already', why: already })
    return undefined
  }
  const since = Date.now()
  run.step = { title, since }
  run.working = true
  const begun = behind({ step: title, state: 'begun' })
  event('step', { title, state: 'begun' })
  if (run.dryRun) say(bold(title))
  const stop = spin(title)
  try {
    const result = await work()
    await begun
    demandWritten()
    stop()
    run.working = false
    const ms = Date.now() - since
    if (!run.dryRun) say(`${green('✓')} ${title} ${dim(duration(ms))}`)
    event('step', { title, state: 'done', ms })
    void behind({ step: title, state: 'done', ms })
    run.step = undefined
    return result
  } catch (error) {
    stop()
    run.working = false
    const ms = Date.now() - since
    event('step', { title, state: error instanceof Stop ? 'refused' : 'failed', ms })
    await record({
      step: title,
      state: error instanceof Stop ? 'refused' : 'failed',
      ms,
      why: cause(error).split('\n')[0],
    }).catch(() => {})
    throw error
  }
}

/** Writes to the release's journal, when there is one and the run changes things. */
export async function record(entry: Record<string, unknown>): Promise<void> {
  if (run.directory && !run.dryRun) await journal(run.directory, { script: run.script, ...entry })
}

/** Why the journal did not take an entry that nobody has waited for yet. */
let unwritten: unknown

/**
 * Writes to the journal without waiting for it: the next command that changes anything does. What goes wrong is thrown
 * where the script can still do something about it, at the end of a step; see {@link demandWritten}.
 */
const behind = (entry: Record<string, unknown>) =>
  record(entry).catch((error) => {
    unwritten = error
  })

function demandWritten(): void {
  const error = unwritten
  unwritten = undefined
  if (error) throw error
}

/** What went wrong, in words: for a command its own last lines. */
export function cause(error: unknown): string {
  if (error instanceof ProcessOutput) {
    const printed = (error.stderr.trim() || error.stdout.trim()).split('\n').slice(-12).join('\n')
    if (error.exitCode === 75) return printed
    if (error.exitCode === 255)
      return `the server could not be reached: ${printed || 'the connection was lost'}`
    return printed || `a command ended with ${error.exitCode ?? error.signal}`
  }
  return error instanceof Error ? error.message : String(error)
}

/** The exit code that an error means. */
export function codeOf(error: unknown): number {
  if (error instanceof Stop) return error.code
  if (error instanceof ProcessOutput && error.exitCode === 75) return EXIT.locked
  return EXIT.failed
}

/** Ends the script with what happened, where, what was printed, and the next command to run. */
export function fail(error: unknown): never {
  const code = codeOf(error)
  const at = run.step
  run.closed = true
  const next =
    (error instanceof Stop ? error.next : undefined) ??
    (code === EXIT.failed || at ? run.header?.['If it fails'] : undefined)
  event('end', { code, why: cause(error), step: at?.title, next })
  if (!voice.json) {
    const what = code === EXIT.refused ? 'Refused' : code === EXIT.failed ? 'Failed' : 'Stopped'
    if (at) say(red(`✗ ${at.title}: ${what.toLowerCase()} after ${duration(Date.now() - at.since)}`))
    const [first = '', ...more] = cause(error).split('\n')
    say(red(at ? `  ${first}` : first))
    for (const line of more) say(dim(`  ${line}`))
    if (at && run.where) say(dim(`  on ${run.where}`))
    if (next) say(`  Next: ${next}`)
    if (voice.verbose && error instanceof Error && !(error instanceof Stop)) say(dim(error.stack ?? ''))
  }
  unlock()
  process.exit(code)
}

/** Said when a script comes to its end: how long it took and what comes after it. */
export function close(): void {
  if (run.closed || !run.script || process.exitCode) return
  // Node ends quietly when nothing is left to wait for, also in the middle of a step.
  if (run.working) fail(new Error('it never came to its end: what it waited for is gone'))
  if (run.from > run.last && run.from > 1)
    fail(new Stop(EXIT.usage, `--from ${run.from}: the last step is ${run.last}`))
  if (unwritten) fail(unwritten)
  run.closed = true
  const after = run.header?.['After']
  event('end', { code: 0, ms: Date.now() - run.since, next: after })
  if (!voice.json)
    say(
      `${green('done')} ${run.script} ${dim(duration(Date.now() - run.since))}${after ? `  Next: ${after}` : ''}`,
    )
}

/** Lets this process end as a script does, whatever ends it: with the truth in its exit code and what to do next. */
export function endWell(): void {
  process.on('uncaughtException', fail)
  process.on('unhandledRejection', fail)
  process.on('beforeExit', close)
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, async () => {
      if (run.closed) process.exit(EXIT.interrupted)
      run.closed = true
      const at = run.step?.title
      warn(
        `interrupted${at ? ` in "${at}"` : ''}. What the server was doing at this moment ends there by itself.`,
      )
      if (run.header?.['If it fails']) say(`  Next: ${run.header['If it fails']}`)
      event('end', { code: EXIT.interrupted, step: at })
      const limit = setTimeout(() => process.exit(EXIT.interrupted), 2000)
      await record({ step: at, state: 'interrupted' }).catch(() => {})
      clearTimeout(limit)
      unlock()
      process.exit(EXIT.interrupted)
    })
  }
}
