/**
 * Runs the unit tests of the package in whose folder it is called: every *.test.ts except *.e2e.test.ts, each in a
 * process of its own. Its last line is `@stories/shared: 112 passed, 0 failed`; the exit code is 1 when one failed.
 *
 * Usage: tsx ../shared/unit.ts [WORD …]     only the files whose path has one of the words in it
 */
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { SETTINGS } from './settings.ts'
import { closing, readUvu, type Totals } from './totals.ts'

const MINUTES = 5
const words = process.argv.slice(2)
const files = readdirSync('.', { recursive: true, encoding: 'utf8' })
  .filter((path) => /(?<!\.e2e)\.test\.ts$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort()

// What the person at this terminal has exported must not reach a test: it could name a real server.
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([key]) => !(key in SETTINGS) && !key.startsWith('STORIES_')),
)

const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
await Promise.all(Array.from({ length: availableParallelism() }, work))
const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string }
console.log(closing(name, totals))
process.exitCode = totals.failed > 0 ? 1 : 0

async function work(): Promise<void> {
  for (let file = files.shift(); file; file = files.shift()) {
    const since = Date.now()
    const { code, output } = await test(file)
    // A file that crashes, tests nothing or never ends has failed: silence must not look like success.
    const result = readUvu(output) ?? { passed: 0, failed: 0, skipped: 0 }
    if (result.failed === 0 && (code !== 0 || result.passed + result.skipped === 0)) result.failed = 1
    for (const key of ['passed', 'failed', 'skipped'] as const) totals[key] += result[key]
    const mark = result.failed > 0 ? '✗' : '✓'
    console.log(
      `${mark} ${file}  ${result.passed} of ${result.passed + result.failed}, ${Date.now() - since} ms`,
    )
    if (result.failed > 0) console.log(output.trim().replace(/^/gm, '    '))
  }
}

/** One test file, in a process group of its own, so that what it started ends with it. */
function test(file: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file], {
      env: { ...environment, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    })
    let output = ''
    for (const pipe of [child.stdout, child.stderr])
      pipe.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    const end = () => {
      try {
        process.kill(-child.pid!, 'SIGKILL')
      } catch {
        // nothing of it is left
      }
    }
    const limit = setTimeout(() => {
      output += `\nnot at its end after ${MINUTES} minutes\n`
      end()
    }, MINUTES * 60_000)
    child.on('exit', end)
    child.on('close', (code) => {
      clearTimeout(limit)
      resolve({ code, output })
    })
  })
}
