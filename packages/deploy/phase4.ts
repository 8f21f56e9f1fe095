/**
 * Phase 4: Database Migration
 *
 * Before:      tsx packages/deploy/phase3.ts (the new code is in place, the app is stopped, the database runs)
 * After:       tsx packages/deploy/phase5.ts
 * If it fails: until step 6 production's database is untouched; run it again, or `tsx packages/rollback/immediate.ts`
 *
 * Usage: tsx packages/deploy/phase4.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--yes] [--consent WORDS] [--json]
 */
import {
  duration,
  liftFences,
  namesOf,
  open,
  precondition,
  run,
  say,
  standingOf,
  step,
  swapDatabases,
} from '@stories/shared'
import { findTarget } from './image.ts'
import { loadAhead, migrateCopy, verifyCopy } from './migration/copy.ts'
import { consentTo, holdTo, needRoom, productionNow, sayLosses, testedNow } from './migration/hold.ts'
import { freeBeside } from './migration/room.ts'

const opened = await open(import.meta.url, { release: 'pinned', changes: true, files: true })
const { directory, release, database, found, files } = opened
const names = namesOf(database.name, release)
const loading = loadAhead(opened, names)
const [target, tested, free, { swapped, fenced }, asked] = await Promise.all([
  findTarget(opened, files.target),
  testedNow(directory, files.target),
  freeBeside(database),
  standingOf(database, names, release),
  productionNow(database, names).catch(() => undefined), // a fence may keep us out
])
precondition(
  swapped || !found.app?.running,
  'The app still runs: it would write to a database that is about to be replaced',
  'tsx packages/deploy/phase2.ts',
)
if (swapped) loading?.leave()
// A run that died may have left databases closed to sessions: nobody could look into them.
await liftFences(database, fenced)

const done = async () =>
  swapped && `${database.name} is the migrated one already, ${names.before} the old one`

// Differs from the plan (E18): the client was generated when the new image was built, before anything was stopped.
const { proof, sql } = await holdTo(opened, files, tested, swapped, asked)
if (!swapped) needRoom(proof, free)
await step('1. Generate Prisma client', () => say(`  in ${target.image}, as it was tested`), { done })

// Differs from the plan (E19): the SQL goes from what the database is to what the code wants; it was made for the copy.
await step(
  '2. Create migration SQL',
  () => say(`  ${directory}/migration.sql, ${sql.split('\n').length} lines, as proven on the copy`),
  { done },
)

await step(
  '3. Review migration',
  async () => {
    sayLosses(proof.losses)
    await consentTo(proof)
  },
  { done },
)

// ---- from here on the server changes ----------------------------------------------------------------------

// Differs from the plan (E20-E22): a copy is migrated; the original stays as it is, and is the backup point.
await step(
  '4. Apply migration with backup point',
  () => migrateCopy(opened, target, names, { proof, sql }, loading),
  { done },
)

// Differs from the plan (E25): checks on their own, after the migration; names come from the catalog.
await step('5. Verify critical tables', () => verifyCopy(opened, names, proof), { done })

// Differs from the plan (E23, E24): history and schema agree already; both names change hands in one transaction.
await step(
  '6. Run Prisma migrate deploy',
  () => swapDatabases(database, names.live, names.next, names.before, release),
  { done },
)
const took = `${duration(performance.now())}, foretold were ${duration(proof.predicted.ms)}`
if (!run.dryRun) say(`  ${took}\n  ${names.before} stays beside it: rolling back takes seconds`)
