import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match, ok, throws } from 'uvu/assert'
import { EXIT, Stop } from './exit.ts'
import { readFlags, readHeader } from './flags.ts'

const folder = mkdtempSync(join(tmpdir(), 'stories-flags-'))
test.after(() => rmSync(folder, { recursive: true }))

function header(source: string) {
  const file = join(folder, 'script.ts')
  writeFileSync(file, source)
  return readHeader(file)
}

/** The one line with which a command line is refused. */
function refusal(argv: string[], own?: Parameters<typeof readFlags>[1]): string {
  try {
    readFlags(argv, own)
  } catch (error) {
    ok(error instanceof Stop)
    is(error.code, EXIT.usage)
    is(error.message.split('\n').length, 1, error.message)
    return error.message
  }
  throw new Error(`${argv.join(' ')} was accepted`)
}

test('without flags a script runs from its first step and asks', () => {
  const { more, ...flags } = readFlags([])
  equal(flags, {
    help: false,
    dryRun: false,
    yes: false,
    json: false,
    verbose: false,
    from: 1,
    backupDir: undefined,
    settings: undefined,
    consent: [],
  })
  equal(Object.keys(more), [])
})

test('the common flags, long and short', () => {
  const flags = readFlags([
    '--dry-run',
    '-y',
    '-v',
    '--json',
    '--from',
    '4',
    '--backup-dir=/b/1',
    '--settings',
    'x',
  ])
  is(flags.dryRun && flags.yes && flags.verbose && flags.json, true)
  is(flags.from, 4)
  is(flags.backupDir, '/b/1')
  is(flags.settings, 'x')
})

test('several words of consent, with commas', () => {
  equal(readFlags(['--consent', 'Order,CartItem']).consent, ['Order', 'CartItem'])
})

test("a script's own flag", () => {
  is(readFlags(['--resume'], { resume: { type: 'boolean' } }).more['resume'], true)
  is(readFlags([], { resume: { type: 'boolean' } }).more['resume'], undefined)
})

test('an unknown flag is named, and the known ones are listed', () => {
  const line = refusal(['--dryrun'], { resume: { type: 'boolean' } })
  match(line, '--dryrun')
  match(line, '--dry-run')
  match(line, '--resume')
})

test('a word that belongs to no flag is refused', () => {
  match(refusal(['now']), 'now')
})

test('a flag without its value is refused', () => {
  for (const argv of [['--from'], ['--backup-dir'], ['--backup-dir', '--yes']]) match(refusal(argv), argv[0]!)
})

test('--from takes the number of a step and nothing else', () => {
  for (const value of ['0', '-1', 'four', '1e1', '100', '']) match(refusal([`--from=${value}`]), '--from 4')
})

const SCRIPT = `import x from './x.ts'
/**
 * Phase 2: Stop services
 *
 * Stops the app alone.
 *
 * Before:      phase1.ts (visitors see the maintenance page)
 * After:       phase3.ts
 * If it fails: the app still runs; run it again,
 *              or \`tsx packages/rollback/immediate.ts\`
 *
 * Usage: tsx packages/deploy/phase2.ts [--dry-run]
 *        [--yes]
 */
/** Another comment. */
`

test('the header of a script is its help and its banner', () => {
  const { title, text } = header(SCRIPT)
  is(title, 'Phase 2: Stop services')
  match(text, /^Phase 2: Stop services\n\nStops the app alone\.\n\nBefore: /)
  match(text, /\[--yes\]$/)
  ok(!text.includes('*'))
})

test('what comes before, after and if it fails is read whole, also over two lines', () => {
  const parts = header(SCRIPT)
  is(parts['Before'], 'phase1.ts (visitors see the maintenance page)')
  is(parts['After'], 'phase3.ts')
  is(parts['If it fails'], 'the app still runs; run it again, or `tsx packages/rollback/immediate.ts`')
})

test('a file without a header has an empty title', () => {
  is(header('console.log(1)').title, '')
})

test('a value of the wrong kind throws nothing but a Stop', () => {
  throws(
    () => readFlags(['--yes=maybe']),
    (error: Error) => error instanceof Stop,
  )
})

test('a bare flag may stand alone or with its value', () => {
  const own = { plan: { type: 'string', bare: true } } as const
  is(readFlags([], own).more['plan'], undefined)
  is(readFlags(['--plan'], own).more['plan'], '')
  is(readFlags(['--plan', '--yes'], own).more['plan'], '')
  is(readFlags(['--plan', '--yes'], own).yes, true)
  is(readFlags(['--plan', '3f9a1c0b7d24', '-y'], own).more['plan'], '3f9a1c0b7d24')
})

test.run()
