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
  copyDatabase,
  countRows,
  liftFences,
  markMigrated,
  namesOf,
  open,
  read,
  readRelease,
  refuse,
  run,
  say,
  server,
  standingOf,
  step,
  swapDatabases,
  table,
} from '@stories/shared'
import { consentTo, holdTo } from './hold.ts'
import { findTarget } from './image.ts'
import { productionPlace } from './migrator.ts'
import { migrate } from './recipe.ts'

const opened = await open(import.meta.url, { release: 'pinned', changes: true })
const { directory, release, database, found } = opened
const files = await readRelease(directory)
const names = namesOf(database.name, release)
const next = productionPlace(database, names.next)
if (found.app?.running && !run.dryRun)
  refuse(
    'The app still runs: it would write to a database that is about to be replaced',
    'tsx packages/deploy/phase2.ts',
  )

const swapped = async () =>
  (await standingOf(database, names, release)).swapped &&
  `${database.name} is the migrated one already, ${names.before} the old one`
const already = { done: swapped }

// Differs from the plan (E18): the client was generated when the new image was built, before anything was stopped.
const target = await findTarget(opened)
await step(
  '1. Generate Prisma client',
  () => read`docker image inspect ${target.image} ${target.migrator} --format ok`,
  already,
)

// Differs from the plan (E19): the SQL goes from what the database is to what the code wants; it was made for the copy.
const { proof, sql } = await holdTo(opened, files, target)
await step(
  '2. Create migration SQL',
  () => say(`  ${directory}/migration.sql, ${sql.split('\n').length} lines, as proven on the copy`),
  already,
)

await step(
  '3. Review migration',
  async () => {
    for (const line of table([
      ['lost', 'name', 'rows'],
      ...proof.losses.map(({ what, name, rows }) => [what, name, rows]),
    ]))
      say(`  ${line}`)
    await consentTo(proof)
  },
  already,
)

// ---- from here on the server changes ----------------------------------------------------------------------

// Differs from the plan (E20-E22): a copy is migrated; the original stays as it is, and is the backup point.
await step(
  '4. Apply migration with backup point',
  async () => {
    await server`docker ps -aq --filter label=stories.migrator=${names.next} | xargs -r docker rm -f > /dev/null`
    await liftFences(database, [names.live, names.next])
    await copyDatabase(database, names.live, names.next)
    await migrate(target, database, next, proof.recipe, sql, proof.migrations)
    await markMigrated(database, names.next, release)
  },
  already,
)

// Differs from the plan (E25): checks on their own, after the migration; names come from the catalog.
await step(
  '5. Verify critical tables',
  async () => {
    if (run.dryRun) return
    const gone = new Set(proof.losses.map(({ name }) => name))
    const [before, after] = await Promise.all([
      countRows(database, names.live),
      countRows(database, names.next),
    ])
    const kept = [...before].filter(([name]) => !gone.has(name))
    const wrong = kept.filter(([name, rows]) => after.get(name) !== rows)
    if (wrong.length > 0)
      refuse(
        wrong
          .map(([name, rows]) => `${name}: ${rows} rows before, ${after.get(name) ?? 'none'} after`)
          .join('\n'),
      )
    say(`  ${kept.length} tables kept with every row`)
  },
  already,
)

// Differs from the plan (E23, E24): history and schema agree already; both names change hands in one transaction.
await step(
  '6. Run Prisma migrate deploy',
  () => swapDatabases(database, names.live, names.next, names.before),
  already,
)
if (!run.dryRun) say(`  ${names.before} stays beside it: rolling back takes seconds`)
