/**
 * Runs the end-to-end tests: every *.e2e.test.ts, each in a process of its own, two at a time, each pair of practice
 * servers for one file alone. Removes what it started, also after a failure or Ctrl-C. Its last line is
 * `@stories/rehearsal-e2e: 61 passed, 0 failed`; the exit code is 1 when one failed.
 *
 * Usage: tsx packages/rehearsal/e2e.ts [--update] [WORD …]     only the files whose name has one of the words in it
 *   --update   keeps the dry-run transcripts as they are now: read git's diff of golden-transcripts
 */
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { duration } from '@stories/shared'
import { endTestFiles, runTestFile } from '../shared/test-file.ts'
import { closing, type Totals } from '../shared/totals.ts'
import { ensureDocker } from './docker.ts'
import { golden } from './golden.ts'
import { lanes, rememberServers, shapes, size } from './lanes.ts'
import { exclusively } from './lock.ts'
import { here } from './state.ts'

const MINUTES = 15
const since = Date.now()
const say = (line: string) => console.log(`${duration(Date.now() - since).padStart(12)}  ${line}`)
const { values, positionals: words } = parseArgs({
  options: { update: { type: 'boolean' } },
  allowPositionals: true,
})
const told: Record<string, string> = values.update ? { STORIES_E2E_UPDATE: '1' } : {}
/** What takes a minute at most comes last, so that no lane waits long for the other one's last file. */
const QUICK = ['errata', 'on-the-server', 'two-operators']
const isQuick = (name: string) => QUICK.some((word) => name.startsWith(word))
const names = readdirSync(here)
  .filter((name) => name.endsWith('.e2e.test.ts'))
  .filter((name) => words.length === 0 || words.some((word) => name.includes(word)))
  .sort()
const files = [...names.filter((name) => !isQuick(name)), ...names.filter(isQuick)]

const removeStarted = await rememberServers()
// The terminal, npm and turbo may each pass the same Ctrl-C on: the first begins the removal, the others don't end it.
let interrupted = false
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, async () => {
    if (interrupted) return
    interrupted = true
    say('interrupted')
    files.length = 0
    endTestFiles()
    await removeStarted(say).catch((error: Error) => say(error.message))
    process.exit(130)
  })

const totals: Totals = { passed: 0, failed: 0, skipped: 0 }
try {
  say('preparing the practice servers')
  await exclusively('docker', async () => {
    await ensureDocker(say)
    await Promise.all(shapes.map((shape) => golden(shape, size, say)))
  })
  await Promise.all(lanes.map(work))
} finally {
  await removeStarted(say)
}
console.log(closing('@stories/rehearsal-e2e', totals))
process.exitCode = totals.failed > 0 ? 1 : 0

async function work(lane: Record<string, string>): Promise<void> {
  for (let file = files.shift(); file; file = files.shift()) {
    say(`▶ ${file}`)
    const result = await runTestFile(join(here, file), MINUTES, { ...lane, ...told })
    for (const key of ['passed', 'failed', 'skipped'] as const) totals[key] += result[key]
    const mark = result.failed > 0 ? '✗' : '✓'
    say(`${mark} ${file}  ${result.passed} of ${result.passed + result.failed}, ${duration(result.ms)}`)
    if (result.failed > 0) console.log(result.output.replace(/^/gm, '    '))
  }
}
