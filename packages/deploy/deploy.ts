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
  cause,
  confirm,
  open,
  print,
  type Ready,
  refuse,
  run,
  runScript,
  say,
  step,
  table,
  watchAsVisitor,
} from '@stories/shared'
import { consentEarly } from './hold.ts'
import { AFTER, BEFORE, INSIDE, outline, type Stage } from './order.ts'
import { commonFlags, readyStage, runStage } from './stage.ts'
import { testify } from './testimony.ts'

const flags = { plan: { type: 'boolean' }, resume: { type: 'boolean' }, stop: { type: 'boolean' } } as const
const opened = await open(import.meta.url, { release: 'none', changes: true, flags })
const { settings, marks } = opened
const { plan, resume, stop } = opened.flags.more
const common = commonFlags(opened)

for (const line of table(outline([...(resume ? [] : BEFORE), ...INSIDE, ...AFTER]))) say(`  ${line}`)
if (plan) process.exit(0)
if (resume && !marks.unfinished) refuse('No deployment stands unfinished', 'tsx packages/deploy/status.ts')
if (!resume && marks.unfinished)
  refuse(
    `A deployment stands unfinished on ${marks.pinned}`,
    'tsx packages/deploy/deploy.ts --resume, or tsx packages/rollback/immediate.ts',
  )
await confirm(`Deploy ${settings.TARGET_BRANCH} to ${settings.PUBLIC_URL}?`)

run.directory = resume ? marks.pinned : ''
const go = (stage: Stage, ready?: Ready) =>
  step(stage.title, async () => {
    const out = await runStage(stage, common, run.directory, ready)
    if (stage.script === 'backup/backup' && !run.dryRun) run.directory = out.split('\n').at(-1) ?? ''
  })

const leave = watchAsVisitor(settings)
let failure: unknown
let inside = false
try {
  if (!resume) for (const stage of BEFORE) await go(stage)
  // What is lost is consented to now, not while visitors wait.
  const words = await consentEarly(run.directory || marks.current)
  const given = [...common, '--yes', '--consent', words.join(',')]
  const ready = await Promise.all(INSIDE.map((stage) => readyStage(stage, given, run.directory)))

  // ---- from here on visitors notice -----------------------------------------------------------------------
  inside = true
  for (const [index, stage] of INSIDE.entries()) await go(stage, ready[index])
  inside = false
  for (const stage of AFTER) await go(stage)
} catch (error) {
  failure = error
  if (inside && !stop && !run.dryRun) {
    say(`  ${cause(error)}: going back to the old release`)
    run.step = undefined
    const back = () => runScript('rollback/immediate', [...common, '--yes'], { BACKUP_DIR: run.directory })
    await step('Immediate Rollback', back).catch((worse) => {
      failure = worse
    })
  }
}

const testimony = await testify(await leave(), common)
print(JSON.stringify(testimony))
if (failure) throw failure
