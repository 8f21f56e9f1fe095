/**
 * Deployment Process
 *
 * The whole plan in order, each section by its own script: backup, verify, rehearse on a copy, check, six phases, verify.
 * A failure inside the window is rolled back by itself, unless `--stop` says to leave it for a look. `--plan` shows what would
 * be done, command by command, and a hash; `--plan HASH` does that and nothing else. `--without-window` is for a migration
 * that is proven additive: visitors have the site all the while.
 *
 * Before:      nothing; it begins with a backup
 * After:       tsx packages/monitor/first-24-hours.ts
 * If it fails: `tsx packages/deploy/status.ts` tells where it stands; `--resume` goes on, `tsx packages/rollback/immediate.ts` goes back
 *
 * Usage: tsx packages/deploy/deploy.ts [--plan [HASH]] [--without-window] [--resume] [--stop] [--yes] [--consent WORDS] [--dry-run] [--json]
 */
import {
  bold,
  confirm,
  open,
  print,
  type Ready,
  run,
  say,
  step,
  table,
  watchAsVisitor,
} from '@stories/shared'
import { consentEarly } from './migration/hold.ts'
import { AFTER, BEFORE, between, outline, type Stage } from './run/order.ts'
import { holdToPlan, showPlan } from './run/plan.ts'
import { commonFlags, goBack, inTurn, mayBegin, readyStage, runStage, stands } from './run/stage.ts'
import { testify } from './run/testimony.ts'
import { tookBefore, whereabouts } from './run/whereabouts.ts'

const flags = {
  plan: { type: 'string', bare: true },
  'without-window': { type: 'boolean' },
  resume: { type: 'boolean' },
  stop: { type: 'boolean' },
} as const
const opened = await open(import.meta.url, { release: 'none', changes: true, flags })
const { settings, marks } = opened
const { plan, resume, stop } = opened.flags.more
const common = commonFlags(opened)
const prepared = opened.flags.backupDir ?? (settings.BACKUP_DIR || marks.current)

const stages = between(resume ? marks.withoutWindow : opened.flags.more['without-window'] === true)
const ahead = resume ? [] : plan ? BEFORE.slice(-1) : BEFORE
const all = [...ahead, ...stages, ...AFTER]
for (const line of table(outline(all))) say(`  ${line}`)
mayBegin(marks, resume === true)
if (plan === '') process.exit(await showPlan(opened, prepared, stages))
if (plan) await holdToPlan(opened, prepared, stages, String(plan))
await confirm(`Deploy ${settings.TARGET_BRANCH} to ${settings.PUBLIC_URL}?`)

run.directory = resume ? marks.pinned : plan ? prepared : ''
const took = await tookBefore(settings.BACKUP_ROOT)
const go = (stage: Stage, ready?: Ready) =>
  step(stage.title, async () => {
    say(bold(whereabouts(all, stage, took)))
    const out = await runStage(stage, common, run.directory, ready)
    if (stage.script === 'backup/backup' && !run.dryRun) run.directory = out.split('\n').at(-1) ?? ''
  })

const leave = watchAsVisitor(settings)
let failure: unknown
let inside = false
try {
  await inTurn(ahead, common, go)
  // What is lost is consented to now, not while visitors wait.
  const words = await consentEarly(opened, run.directory || marks.current)
  const given = [...common, '--yes', '--consent', words.join(',')]
  const [firstCheck, ...ready] = await Promise.all([
    readyStage(AFTER[0]!, common, run.directory),
    ...stages.map((stage) => readyStage(stage, given, run.directory)),
  ])

  // ---- from here on visitors notice -----------------------------------------------------------------------
  inside = true
  for (const [index, stage] of stages.entries()) await go(stage, ready[index])
  inside = false
  await inTurn(AFTER, common, go, firstCheck)
} catch (error) {
  failure = error
  if (inside && !stop && !run.dryRun && (await stands(settings.BACKUP_ROOT)))
    failure = await goBack(error, common)
}

const testimony = await testify(await leave(), common, resume === true)
print(JSON.stringify(testimony))
if (failure) throw failure
