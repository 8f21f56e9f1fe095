/**
 * Database-Only Rollback
 *
 * Brings the old database back and leaves code and image as they are: for a migration that failed before the new code
 * was started.
 *
 * Before:      a verified backup; the old code in place
 * After:       tsx packages/deploy/status.ts
 * If it fails: run it again; else `tsx packages/rollback/immediate.ts`
 *
 * Usage: tsx packages/rollback/database-only.ts [--backup-dir DIR] [--dry-run] [--yes] [--consent database-only] [--json]
 */
import { consent, open, reloadNginx, run, say, startApp, step, stopBehindStandIn } from '@stories/shared'
import { look, restoreDatabase, showWrites } from './restore.ts'

const opened = await open(import.meta.url, { release: 'pinned', changes: true, files: true })
const { settings, found, files } = opened
const already = {
  done: async () =>
    (await look(opened)).way === 'nothing' &&
    (await look(opened)).standing.fenced.length === 0 &&
    'the live database is the old one',
}

await step(
  '1. Stop the app',
  async () => {
    if (found.head !== files.manifest.code.commit) {
      await consent(
        `The code in place is ${found.branch}, not the backup's: it may not run on the old database (tsx packages/rollback/immediate.ts takes both back)`,
        'database-only',
      )
    }
    await showWrites(opened)
    await stopBehindStandIn(found)
  },
  already,
)

// Differs from the plan (E38): the dump never goes over live tables; the old database is swapped in, or restored beside and compared.
await step('2. Restore the database', () => restoreDatabase(opened, files), already)

await step('3. Restart the app', async () => {
  await startApp(found, settings, found.app?.imageId ?? files.manifest.app.keptAs)
  await reloadNginx(found)
})
if (!run.dryRun) say('  the database is the old one, the app is healthy on it')
