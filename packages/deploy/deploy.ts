/**
 * Deployment Process
 *
 * The whole plan in order, each section by its own script: backup, verify, rehearse on a copy, check, six phases, verify.
 * A failure inside the window is rolled back by itself, unless `--stop` says to leave it for a look.
 *
 * Before:      nothing; it begins with a backup
 * After:       tsx packages/monitor/first-24-hours.ts
 * If it fails: `tsx packages/deploy/status.ts` tells where it stands; `--resume` goes on, `tsx packages/rollback/immediate.ts` goes back
 *
 * Usage: tsx packages/deploy/deploy.ts [--plan] [--resume] [--stop] [--yes] [--consent WORDS] [--dry-run] [--json]
 */
import {
  bash,
  cause,
  confirm,
  duration,
  keepCommand,
  open,
  print,
  readRelease,
  refuse,
  run,
  runScript,
  say,
  server,
  step,
  table,
  totals,
  watchAsVisitor,
} from '@stories/shared'
import { consentTo, wordsOf } from './hold.ts'
import { AFTER, BEFORE, INSIDE, type Stage } from './order.ts'
import type { Proof } from './proof.ts'

const flags = { plan: { type: 'boolean' }, resume: { type: 'boolean' }, stop: { type: 'boolean' } } as const
const opened = await open(import.meta.url, { release: 'none', changes: true, flags })
const { settings, marks } = opened
const { plan, resume, stop } = opened.flags.more

const stages = [...(resume ? [] : BEFORE), ...INSIDE, ...AFTER]
for (const line of table(
  stages.map(({ title, script, visitors, undo }, index) => [
    `${index + 1}.`,
    title,
    `packages/${script}.ts`,
    `visitors see ${visitors}`,
    `undo: ${undo}`,
  ]),
))
  say(`  ${line}`)
if (plan) process.exit(0)
if (resume && !marks.unfinished) refuse('No deployment stands unfinished', 'tsx packages/deploy/status.ts')
if (!resume && marks.unfinished)
  refuse(
    `A deployment stands unfinished on ${marks.pinned}`,
    'tsx packages/deploy/deploy.ts --resume, or tsx packages/rollback/immediate.ts',
  )
await confirm(`Deploy ${settings.TARGET_BRANCH} to ${settings.PUBLIC_URL}?`)

let directory = resume ? marks.pinned : ''
const common = () => [
  ...(run.dryRun ? ['--dry-run'] : []),
  ...(opened.flags.json ? ['--json'] : []),
  ...(opened.flags.settings ? ['--settings', opened.flags.settings] : []),
]
const go = ({ script, title }: Stage, words: string[] = []) =>
  step(title, async () => {
    const out = await runScript(script, [...common(), ...words], directory ? { BACKUP_DIR: directory } : {})
    if (script === 'backup/backup') directory = out.split('\n').at(-1) ?? ''
    run.directory = run.dryRun ? '' : directory
  })

const leave = watchAsVisitor(settings)
if (!resume) for (const stage of BEFORE) await go(stage)

// What is lost is consented to now, not while visitors wait.
const { proof } = await readRelease(directory || marks.current)
const agreed = proof ? (JSON.parse(proof) as Proof) : undefined
if (agreed) await consentTo(agreed)

// ---- from here on visitors notice -------------------------------------------------------------------------
let failure: unknown
try {
  for (const stage of INSIDE)
    await go(stage, [
      '--yes',
      ...(agreed && stage.script === 'deploy/phase4' ? ['--consent', wordsOf(agreed).join(',')] : []),
    ])
} catch (error) {
  failure = error
  if (!stop && !run.dryRun) {
    say(`  ${cause(error)}: going back to the old release`)
    run.step = undefined
    await step('Immediate Rollback', () =>
      runScript('rollback/immediate', [...common(), '--yes'], { BACKUP_DIR: directory }),
    )
  }
}
const record = await leave()
const { window, broken, visits, seen } = totals(record)
if (!run.dryRun)
  await server({ input: JSON.stringify(record) })(bash(keepCommand(`${directory}/visitors.json`)))
print(JSON.stringify({ directory, window: Math.round(window), broken: Math.round(broken), visits, seen }))
say(
  `  visitors: ${visits} visits, ${seen.ok} answered, ${seen.page} saw the page, ${seen.error} an error, ${seen.nothing} nothing; window ${duration(window)}`,
)
if (failure) throw failure
for (const stage of AFTER) await go(stage)
