/**
 * Test Database Migration Locally
 *
 * Builds the target's image, restores the verified backup into a scratch Postgres on the server, lets the target's own
 * Prisma migrate that copy, and keeps what it proved: phase4.ts does exactly this and nothing else. Production is read only.
 *
 * Before:      tsx packages/backup/verify.ts
 * After:       tsx packages/deploy/migration-check.ts
 * If it fails: production is untouched; mend the migration on its branch, then run this again
 *
 * Usage: tsx packages/deploy/test-migration.ts [--backup-dir DIR] [--dry-run] [--json]
 */
import { open, refuse, remembered, removeScratch, run, say, startScratch, step, warn } from '@stories/shared'
import { buildImage, findTarget, imagesOf, isBuilt } from './image.ts'
import { beforeMigrating } from './migration/before.ts'
import { keepProof, sayLosses } from './migration/hold.ts'
import { checkMigrated, lookAt, restoreCopy } from './migration/lab.ts'
import { reachedIn } from './migration/migrator.ts'
import { lossesOf, prove } from './migration/proof.ts'
import { compareKept } from './migration/survive.ts'
import { tryRecipes } from './migration/try.ts'
import { foretell } from './migration/window.ts'
import { smoke } from './smoke.ts'

const opened = await open(import.meta.url, { release: 'newest', changes: true })
const { directory, database, settings, found } = opened
const opening = performance.now()
const target = await findTarget(opened)
const pending = await beforeMigrating(database, target.commit, found.head)

await step(`1. Check out ${settings.TARGET_BRANCH} and install`, () => buildImage(target, opened), {
  done: async () => (await isBuilt(target)) && `${target.image} is built already`,
})

// Differs from the plan (E9): the verified backup is the production-like data; no invented migration, no shadow database.
try {
  const scratch = await startScratch(database, 'migration')
  const before = await step('2. Restore production-like data', () => restoreCopy(scratch, directory))
  if (!before) refuse('Nothing was tested: this script always begins with its first step')
  const rows = new Map(Object.entries(before.tables).map(([name, table]) => [name, table.rows]))

  const tried = await step('3. Test migration with production-like data', () =>
    tryRecipes(target, opened, scratch, pending, rows),
  )
  if (!tried) refuse('Nothing was tested: this script always begins with its first step')

  const after = await lookAt(scratch, tried.name)
  const losses = lossesOf(before, after)
  await step('4. Compare what must survive', async () => {
    const changed = await compareKept(opened, scratch, tried.name, before, after)
    if (changed.rows.length > 0) refuse(changed.rows.join('\n'))
    for (const name of changed.content) warn(`${name} holds other values in columns that it keeps`)
    sayLosses(losses)
  })

  await step('5. Start the new app on the migrated copy', async () => {
    await checkMigrated(opened, scratch, tried.name)
    const wrong = await smoke(opened, target.image, scratch, tried.name, [settings.ESL_PATH])
    if (wrong.length > 0) refuse(`The new app does not work on the migrated copy: ${wrong.join('; ')}`)
  })

  const oldWorks = await step('6. Start the old app on the migrated copy', async () => {
    const wrong = found.app ? await smoke(opened, found.app.imageId, scratch, tried.name) : ['there is none']
    say(wrong.length > 0 ? `  the old app does not work there: ${wrong[0]}` : '  the old app works there too')
    return wrong.length === 0
  })

  await step('7. Review the migration and keep the proof', async () => {
    const [foretold, images] = [
      await foretell(opened, scratch, tried, opening),
      await imagesOf(target.commit),
    ]
    const history = run.dryRun ? [] : await remembered(reachedIn(database, scratch.container))
    const witnessed = {
      commit: target.commit,
      before,
      after,
      history,
      images,
      losses,
      oldWorks: oldWorks === true,
    }
    await keepProof(directory, prove(tried, { ...witnessed, ...foretold }), before, foretold.size)
  })
} finally {
  await removeScratch('migration')
}
