import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { SETTINGS } from '../shared/settings.ts'
import { run } from './docker.ts'
import type { Practice } from './practice.ts'
import { stateDir } from './state.ts'

/** What a script did, as the person who called it sees it. */
export interface Outcome {
  code: number | null
  stdout: string
  stderr: string
  ms: number
}

export interface Call {
  /** Receives what the script says, as it says it. */
  hear?: (text: string) => void
  environment?: Record<string, string>
  /** Milliseconds after which the script is killed; 10 minutes by default. */
  timeout?: number
  input?: string
}

/** The limits that a busy test machine would break: what is measured against them is tried elsewhere. */
export const patient = { MAX_RESPONSE_MS: '9000', MAX_MEMORY_PERCENT: '99', MAX_DISK_PERCENT: '99' }

const root = join(import.meta.dirname, '../..')

/** The environment of an operator at a practice server: nothing that this terminal exports can name another one. */
export function environmentFor(
  practice: Pick<Practice, 'envFile'>,
  more: Record<string, string> = {},
): Record<string, string> {
  const own = Object.entries(process.env).filter(([key]) => !(key in SETTINGS) && !key.startsWith('STORIES_'))
  const path = `${join(root, 'node_modules/.bin')}:${process.env['PATH']}`
  return {
    ...(Object.fromEntries(own) as Record<string, string>),
    PATH: path,
    STORIES_ENV_FILE: practice.envFile,
    NO_COLOR: '1',
    ...more,
  }
}

const calls = new Set<number>()

/** Ends every script that is being called: what runs on a practice server ends with it. */
export function endCalls(): void {
  for (const pid of calls) {
    try {
      process.kill(-pid, 'SIGKILL')
    } catch {
      // it has ended by itself
    }
  }
}

const loader = ['--import', import.meta.resolve('tsx')]
let bundles = ''

/**
 * From here on each script is called as its bundle, as on a server: a campaign starts thousands of them, and Node alone does
 * that with a fifth of the work.
 */
export async function runBundles(): Promise<void> {
  const folder = join(stateDir, 'bundles')
  await run({ cwd: root })`npm run --silent bundle -- --out ${folder}`
  bundles = folder
}

/** The command that a call of this script begins with, at the root of the repository. */
export const programOf = (script: string): string[] =>
  bundles
    ? [process.execPath, join(bundles, `packages/${script}.mjs`)]
    : [process.execPath, ...loader, `packages/${script}.ts`]

/**
 * Calls a script as a person would, `tsx packages/<script>.ts words…`, at a practice server: in the Node that tsx would start,
 * without the one of tsx itself, which takes a third of all that a small script needs.
 */
export function call(
  practice: Pick<Practice, 'envFile'>,
  script: string,
  words: string[] = [],
  options: Call = {},
): Promise<Outcome> {
  return command(practice, [...programOf(script), ...words], options)
}

/** Runs any command in the repository as the operator of a practice server. */
export function command(
  practice: Pick<Practice, 'envFile'>,
  [program = '', ...words]: string[],
  options: Call = {},
): Promise<Outcome> {
  const since = Date.now()
  const child = spawn(program, words, {
    cwd: root,
    env: environmentFor(practice, options.environment),
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  })
  calls.add(child.pid!)
  const outcome = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      outcome[name] += text
      options.hear?.(text)
    })
  }
  child.stdin.on('error', () => {})
  child.stdin.end(options.input ?? '')
  const limit = setTimeout(() => process.kill(-child.pid!, 'SIGKILL'), options.timeout ?? 600_000)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code) => {
      clearTimeout(limit)
      calls.delete(child.pid!)
      resolve({ code, ...outcome, ms: Date.now() - since })
    })
  })
}
