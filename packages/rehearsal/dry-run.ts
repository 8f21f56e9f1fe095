/** Every script with --dry-run, at the point of the plan where it is called: it changes nothing, and says what it always says. */
import { test } from 'uvu'
import { equal, fixture, ok } from 'uvu/assert'
import { findScripts } from '../shared/scripts.ts'
import { ROOT } from '../shared/settings.ts'
import { ends, everyTable } from './eyes.ts'
import { server } from './lanes.ts'
import { call, patient } from './operator.ts'
import type { Shape } from './state.ts'
import { golden, keepGolden, transcript } from './transcript.ts'
import { changes, inventory } from './untouched.ts'

/** The scripts in the plan's order. Those of a group are tried at the same point; the last one is then run for real. */
const POINTS: string[][] = [
  [
    ...['column-already-exists', 'no-space-left', 'port-already-in-use'].map(
      (name) => `rollback/troubleshooting/${name}`,
    ),
    ...['database-connection-refused', 'bad-gateway'].map((name) => `rollback/troubleshooting/${name}`),
    ...['deploy/status', 'deploy/deploy', 'rollback/emergency', 'backup/backup'],
  ],
  ['backup/verify'],
  ['backup/fetch', 'backup/prune', 'deploy/migration-check', 'deploy/environment', 'deploy/test-migration'],
  ['deploy/prepare'],
  ['deploy/without-window', 'deploy/phase1'],
  ['deploy/phase2'],
  ['deploy/phase3'],
  ['deploy/phase4'],
  ['rollback/database-only', 'deploy/phase5'],
  ['deploy/phase6'],
  [
    ...['functional', 'database', 'performance', 'first-24-hours', 'success-criteria'].map(
      (name) => `monitor/${name}`,
    ),
    ...['deploy/report', 'rollback/immediate'],
  ],
]

/** Limits that a busy test machine keeps: whether it does is not what a transcript is about. */
const limits = { ...patient, MAX_ERROR_PERCENT: '50' }

/** Declares the tests for one shape of server. */
export async function dryRuns(shape: Shape): Promise<void> {
  const practice = await server(shape)
  const consent = await everyTable(practice)
  let before: string[] | undefined

  for (const scripts of POINTS) {
    for (const script of scripts)
      test(`${script}.ts --dry-run says what it would do`, async () => {
        before ??= await inventory(practice)
        const outcome = await call(practice, script, ['--dry-run'], { environment: limits })
        ok([0, 3].includes(outcome.code ?? -1), outcome.stderr)
        const text = transcript(practice, script, outcome)
        if (process.env['STORIES_E2E_UPDATE']) keepGolden(shape, script, text)
        fixture(text, golden(shape, script))
      })
    const last = scripts.at(-1)!
    test(`the dry runs before ${last}.ts have changed nothing; that one for real, to get on`, async () => {
      equal(changes(before ?? [], await inventory(practice)), [])
      before = undefined
      await ends(practice, last, ['--yes', '--consent', consent])
    })
  }

  test('every script was tried', () => {
    const tried = POINTS.flat().map((script) => `packages/${script}.ts`)
    equal(
      findScripts(ROOT)
        .map(({ file }) => file)
        .filter((file) => !tried.includes(file)),
      [],
    )
  })

  test.run()
}
