import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { environmentFor, patient, programOf } from '../../operator.ts'
import type { Practice } from '../../practice.ts'
import type { Boundary, Operation } from './cases.ts'

/** How an operation ended. */
export interface Ended {
  code: number | null
  stderr: string
  ms: number
  boundaries: Boundary[]
  /** It never ended by itself and was killed at the deadline. */
  hung: boolean
}

/** A running operation, as the campaign watches it. */
export interface Attempt {
  /** The operator's process group on this machine. */
  group: number
  ended: () => boolean
  end: Promise<Ended>
}

const root = join(import.meta.dirname, '../../../..')
const DEADLINE = 300_000

/**
 * Starts a script as an operator named `first`, with a process group of its own, and reports each border of a step as
 * the script passes it. Steps of deploy.ts itself are left out: they are the borders of the scripts that it calls.
 */
export function attempt(
  practice: Practice,
  operation: Operation,
  script: string,
  words: string[],
  hear: (boundary: Boundary) => void = () => {},
  more: Record<string, string> = {},
): Attempt {
  const since = Date.now()
  const [program = '', ...before] = programOf(script)
  const child = spawn(program, [...before, '--json', ...words], {
    cwd: root,
    env: environmentFor(practice, { ...patient, QUIET_MINUTES: '0', STORIES_OPERATOR: 'first', ...more }),
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  })
  const boundaries: Boundary[] = []
  let [stderr, rest, gone, hung] = ['', '', false, false]
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
    const lines = (rest + text).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const boundary = boundaryIn(line, operation)
      if (!boundary) continue
      boundaries.push(boundary)
      hear(boundary)
    }
  })
  const limit = setTimeout(() => {
    hung = true
    process.kill(-child.pid!, 'SIGKILL')
  }, DEADLINE)
  // Not `close`: a command that the dead operator left running may hold the pipe for a while.
  const end = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (code) => {
      gone = true
      clearTimeout(limit)
      setTimeout(() => resolve({ code, stderr, ms: Date.now() - since, boundaries, hung }), 50)
    })
  })
  return { group: child.pid!, ended: () => gone, end }
}

/** The border that an event of `--json` announces. */
export function boundaryIn(line: string, operation: Operation): Boundary | undefined {
  const event = /^\{.*"event":"step"/.test(line) ? (JSON.parse(line) as Record<string, string>) : {}
  const { script = '', title: step = '', state } = event
  if (script === 'deploy' || (state !== 'begun' && state !== 'done')) return undefined
  return { operation, script, step, state }
}

/** What a script said last, in a line or two. */
export const lastWords = (stderr: string) =>
  stderr
    .trim()
    .split('\n')
    .flatMap((line) => {
      try {
        const { event, line: said, why, code } = JSON.parse(line) as Record<string, string>
        return event === 'end' && code ? [why ?? ''] : event === 'warning' ? [said ?? ''] : []
      } catch {
        return [line]
      }
    })
    .slice(-3)
    .join(' / ')
    .slice(0, 600)
