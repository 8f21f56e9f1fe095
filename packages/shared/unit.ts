/**
 * Runs the unit tests of the package in whose folder it is called: every *.test.ts except *.e2e.test.ts, each in a
 * process of its own. Its last line is `@stories/shared: 112 passed, 0 failed`; the exit code is 1 when one failed.
 *
 * Usage: tsx ../shared/unit.ts [WORD …]     only the files whose path has one of the words in it
 */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { runTestFile } from './test-file.ts'
import { closing, type Totals } from './totals.ts'

const MINUTES = 5
const words = process.argv.slice(2)
const files = readdirSync('.', { recursive: true, encoding: 'utf8' })
  .filter((path) => /(?<!\.e2e)\.test\.ts$/.test(path) && !/(^|\/)(node_modules|dist)\//.test(path))
  .filter((path) => words.length === 0 || words.some((word) => path.includes(word)))
  .sort()

const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
await Promise.all(Array.from({ length: availableParallelism() }, work))
const { name } = JSON.parse(readFileSync('package.json', 'utf8')) as { name: string }
console.log(closing(name, totals))
process.exitCode = totals.failed > 0 ? 1 : 0

async function work(): Promise<void> {
  for (let file = files.shift(); file; file = files.shift()) {
    const result = await runTestFile(file, MINUTES)
    for (const key of ['passed', 'failed', 'skipped'] as const) totals[key] += result[key]
    const mark = result.failed > 0 ? '✗' : '✓'
    console.log(`${mark} ${file}  ${result.passed} of ${result.passed + result.failed}, ${result.ms} ms`)
    if (result.failed > 0) console.log(result.output.replace(/^/gm, '    '))
  }
}
