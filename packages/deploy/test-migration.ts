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
import {
  bash,
  differences,
  type Fingerprint,
  fingerprintOf,
  keepCommand,
  open,
  removeScratch,
  restoreInto,
  run,
  say,
  server,
  startScratch,
  step,
  table,
} from '@stories/shared'
import { buildImage, findTarget, isBuilt } from './image.ts'
import { lossesOf, type Proof, schemaHash, sha256, survivors } from './proof.ts'
import { tryRecipes } from './try.ts'

const opened = await open(import.meta.url, { release: 'newest', changes: true })
const { directory, database, settings } = opened
const target = await findTarget(opened)

await step(`1. Check out ${settings.TARGET_BRANCH} and install`, () => buildImage(target, opened), {
  done: async () => (await isBuilt(target)) && `${target.image} is built already`,
})

// Differs from the plan (E9): the verified backup is the production-like data; no invented migration, no shadow database.
const empty: Fingerprint = { tables: {}, catalog: {} }
try {
  const scratch = await startScratch(database, 'migration')
  const before = await step('2. Restore production-like data', async () => {
    await restoreInto(scratch, directory)
    return run.dryRun ? empty : fingerprintOf(scratch.container, scratch.user, scratch.name)
  })

  const tried = await step('3. Test migration with production-like data', () =>
    tryRecipes(target, opened, scratch),
  )

  await step('4. Compare what must survive', async () => {
    const after = run.dryRun ? empty : await fingerprintOf(scratch.container, scratch.user, tried!.name)
    const lost = survivors(before!, after)
    if (lost.length > 0) throw new Error(lost.join('\n'))
    const losses = lossesOf(before!, after)
    for (const line of table([
      ['lost', 'name', 'rows'],
      ...losses.map(({ what, name, rows }) => [what, name, rows]),
    ]))
      say(`  ${line}`)
    const proof: Proof = {
      commit: target.commit,
      recipe: tried!.recipe,
      sql: sha256(tried!.sql),
      schema: schemaHash(before!),
      migrations: tried!.migrations,
      losses,
      additive: losses.length === 0,
      ms: tried!.ms,
      proved: new Date().toISOString(),
    }
    say(
      `  ${differences(before!, after).length} differences in all; recipe ${proof.recipe}, ${Math.round(proof.ms)} ms`,
    )
    await server({ input: `${JSON.stringify(proof, null, 2)}\n` })(
      bash(keepCommand(`${directory}/proof.json`)),
    )
  })
} finally {
  await removeScratch('migration')
}
