/**
 * Tests everything: lint, types, unit tests, and end-to-end tests on practice servers that it brings up and removes. What
 * has not changed since it passed is not tested again. The last line is `N passed, N failed`; the exit code is 1 when
 * anything failed.
 *
 * Usage: npm test [-- --force]     --force tests also what has not changed
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { duration } from '@stories/shared'
import { ROOT } from '../shared/settings.ts'
import { sum, type Totals } from '../shared/totals.ts'
import { rememberServers } from './lanes.ts'

/** The tasks of turbo.json in order: what is quick and tells most comes first. */
const tasks = ['lint', 'types', 'test', 'e2e']
const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
let child: ChildProcess | undefined
const removeStarted = await rememberServers()
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => {
    interrupted = true
    child?.kill(signal)
  })

try {
  for (const task of tasks) {
    if (interrupted) break
    const since = Date.now()
    console.log(`\n── ${task} ──`)
    const { code, output } = await turbo(task)
    const result = sum(output)
    // Lint and types count nothing, and a runner that crashed no longer does: their failure is one.
    if (code !== 0 && result.failed === 0) result.failed = 1
    for (const key of ['passed', 'failed', 'skipped'] as const) totals[key] += result[key]
    console.log(`${task}: ${result.failed > 0 ? 'FAILED' : 'ok'}, ${duration(Date.now() - since)}`)
  }
} finally {
  // turbo gives its tasks ten seconds to end; servers that were left behind go now.
  await removeStarted()
}
if (interrupted) process.exit(130)
if (totals.skipped > 0) console.log(`${totals.skipped} skipped`)
console.log(`${totals.passed} passed, ${totals.failed} failed`)
process.exitCode = totals.failed > 0 ? 1 : 0

/** Runs one task in every package that has it, shows what it prints, and gives that back. */
function turbo(task: string): Promise<{ code: number | null; output: string }> {
  // Docker, apt and npm need the environment as it is.
  const words = [
    'run',
    task,
    '--continue',
    '--env-mode=loose',
    '--log-order=stream',
    ...process.argv.slice(2),
  ]
  const running = spawn(join(ROOT, 'node_modules/.bin/turbo'), words, {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
  })
  child = running
  let output = ''
  const show = (stream: NodeJS.WriteStream) => (text: string) => {
    output += text
    stream.write(text)
  }
  running.stdout.setEncoding('utf8').on('data', show(process.stdout))
  running.stderr.setEncoding('utf8').on('data', show(process.stderr))
  return new Promise((resolve, reject) => {
    running.on('error', reject)
    running.on('close', (code) => resolve({ code, output }))
  })
}
