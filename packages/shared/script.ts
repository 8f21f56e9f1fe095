import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { EXIT, Stop } from './exit.ts'
import { ROOT } from './settings.ts'

/** The file of a script by its name, such as `deploy/phase4`: its source, or in a bundle its bundled form. */
export function scriptFile(name: string): string {
  const source = join(ROOT, 'packages', `${name}.ts`)
  return existsSync(source) ? source : join(ROOT, 'packages', `${name}.mjs`)
}

/**
 * Runs another script as a person would, as a process of its own, with this run's lock and terminal.
 * @param heard receives what it printed on stdout, also when it fails: its table of checks, say
 * @returns what it printed on stdout
 * @throws Stop with its exit code; it has said itself what went wrong
 */
export function runScript(
  name: string,
  words: string[] = [],
  environment: Record<string, string> = {},
  heard: (out: string) => void = () => {},
): Promise<string> {
  const file = scriptFile(name)
  const loader = file.endsWith('.ts') ? ['--import', import.meta.resolve('tsx')] : []
  const child: ChildProcess = spawn(process.execPath, [...loader, file, ...words], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, ...environment },
  })
  let out = ''
  child.stdout!.on('data', (chunk) => {
    out += chunk
  })
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      heard(out.trim())
      if (code === EXIT.done) resolve(out.trim())
      else reject(new Stop(code ?? EXIT.failed, `${name}.ts ended with ${code ?? signal}`))
    })
  })
}
