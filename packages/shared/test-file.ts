import { spawn } from 'node:child_process'
import { SETTINGS } from './settings.ts'
import { readUvu, type Totals } from './totals.ts'

export interface TestRun extends Totals {
  /** Everything that it printed. */
  output: string
  ms: number
}

// What is running, so that it can be ended with the runner.
const running = new Set<number>()

/**
 * Runs one uvu file in a process of its own. What the person at this terminal has exported doesn't reach it: it could
 * name a real server.
 * @param environment what it is told besides
 * @param minutes after which it counts as failed
 */
export async function runTestFile(
  file: string,
  minutes: number,
  environment: Record<string, string> = {},
): Promise<TestRun> {
  const since = Date.now()
  const own = Object.entries(process.env).filter(([key]) => !(key in SETTINGS) && !key.startsWith('STORIES_'))
  const env = { ...Object.fromEntries(own), NO_COLOR: '1', FORCE_COLOR: '0', ...environment }
  const { code, output } = await collect(file, minutes, env)
  // A file that crashes, tests nothing or never ends has failed: silence must not look like success.
  const totals = readUvu(output) ?? { passed: 0, failed: 0, skipped: 0 }
  if (totals.failed === 0 && (code !== 0 || totals.passed + totals.skipped === 0)) totals.failed = 1
  return { ...totals, output: output.trim(), ms: Date.now() - since }
}

/** Ends every test file that runs, and what it started. */
export function endTestFiles(): void {
  for (const pid of running) end(pid)
}

/** Ends a process group: the file and whatever it left running. */
function end(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // nothing of it is left
  }
}

function collect(
  file: string,
  minutes: number,
  env: NodeJS.ProcessEnv,
): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    const pid = child.pid!
    running.add(pid)
    let output = ''
    for (const pipe of [child.stdout, child.stderr])
      pipe.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    const limit = setTimeout(() => {
      output += `\nnot at its end after ${minutes} minutes\n`
      end(pid)
    }, minutes * 60_000)
    child.on('exit', () => {
      running.delete(pid)
      end(pid)
    })
    child.on('close', (code) => {
      clearTimeout(limit)
      resolve({ code, output })
    })
  })
}
