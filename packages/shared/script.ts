import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { AHEAD } from './ahead.ts'
import { EXIT, Stop } from './exit.ts'
import { undisturbed } from './log.ts'
import { ROOT } from './settings.ts'

/** The file of a script by its name, such as `deploy/phase4`: its source, or in a bundle its bundled form. */
export function scriptFile(name: string): string {
  const source = join(ROOT, 'packages', `${name}.ts`)
  return existsSync(source) ? source : join(ROOT, 'packages', `${name}.mjs`)
}

/** Receives what a script printed on stdout, also when it fails: its table of checks, say. */
type Heard = (out: string) => void

/** A script that was started ahead of its turn: it has loaded, and does nothing before it is told to. */
export interface Ready {
  /**
   * Lets it begin.
   * @returns what it printed on stdout
   * @throws Stop with its exit code; it has said itself what went wrong
   */
  go: (heard?: Heard) => Promise<string>
}

function start(name: string, words: string[], environment: Record<string, string>, ahead: boolean) {
  const file = scriptFile(name)
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []
  const child = spawn(process.execPath, [...loader, file, ...words], {
    stdio: ['ignore', 'pipe', 'inherit', ...(ahead ? (['pipe'] as const) : [])],
    env: { ...process.env, ...environment, ...(ahead && { [AHEAD]: '1' }) },
  })
  let out = ''
  child.stdout!.on('data', (chunk) => {
    out += chunk
  })
  const ended = new Promise<() => string>((resolve) => {
    const fail = (error: Error) => () => {
      throw error
    }
    child.on('error', (error) => resolve(fail(error)))
    child.on('close', (code, signal) =>
      resolve(
        code === EXIT.done
          ? () => out.trim()
          : fail(new Stop(code ?? EXIT.failed, `${name}.ts ended with ${code ?? signal}`)),
      ),
    )
  })
  // It has this terminal, and a spinner of its own.
  const end = async (heard: Heard = () => {}) => {
    const answer = await undisturbed(() => ended)
    heard(out.trim())
    return answer()
  }
  return { child, ended, end }
}

/**
 * Runs another script as a person would, as a process of its own, with this run's lock and terminal.
 * @returns what it printed on stdout
 * @throws Stop with its exit code; it has said itself what went wrong
 */
export const runScript = (
  name: string,
  words: string[] = [],
  environment: Record<string, string> = {},
  heard?: Heard,
): Promise<string> => start(name, words, environment, false).end(heard)

/**
 * Starts another script ahead of its turn and waits until it has loaded. Node needs about half a second for that, which
 * nobody has to wait for once the maintenance page is on. It ends by itself when this process does.
 */
export async function readyScript(
  name: string,
  words: string[] = [],
  environment: Record<string, string> = {},
): Promise<Ready> {
  const { child, ended, end } = start(name, words, environment, true)
  const word = child.stdio[3] as Socket
  word.on('error', () => {}) // it has ended meanwhile, and says why by its exit code
  await Promise.race([new Promise((resolve) => word.once('data', resolve)), ended])
  return {
    go: (heard) => {
      word.end('go')
      return end(heard)
    },
  }
}
