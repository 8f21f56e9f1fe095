/**
 * Immediate Rollback (if deployment fails)
 *
 * From whatever point a deployment came to, back to the code, image, database, .env and uploads from before it.
 * Run twice, the second finds nothing to do.
 *
 * Before:      a deployment that failed or is not wanted; the backup that it stands on
 * After:       tsx packages/deploy/status.ts
 * If it fails: run it again; else `tsx packages/rollback/emergency.ts`
 *
 * Usage: tsx packages/rollback/immediate.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--yes] [--json]
 */
import {
  besideOf,
  isAt,
  leadsBeside,
  nameAsBefore,
  open,
  putBack,
  readConf,
  refuse,
  reloadNginx,
  run,
  server,
  startApp,
  step,
  waitForApp,
} from '@stories/shared'
import { besideFiles, reopen, restoreCode, restoreFiles, stopRelease } from './old-release.ts'
import { look, restoreDatabase, showWrites } from './restore.ts'

const opened = await open(import.meta.url, { release: 'pinned', changes: true, files: true })
const { directory, settings, found, files } = opened
const { manifest } = files
const oldCode = await isAt(found, manifest.code.commit)
const oldApp = found.app?.imageId === manifest.app.imageId && found.app.running
const oldDatabase = async () => (await look(opened)).way === 'nothing'
const alone = !(await besideOf(found, settings)) && !leadsBeside(await readConf(found))
const nothing = oldApp && oldCode && alone && (await oldDatabase())
const already = { done: async () => nothing && 'this is the old release already' }

// Differs from the plan (E34): only the app stops; `down` would remove the database. (E37): what was written since is shown.
await step(
  '1. Stop failed deployment',
  async () => {
    await showWrites(opened)
    await stopRelease(opened, files)
  },
  already,
)

await step('2. Restore code', () => restoreCode(opened, files), already)

// Differs from the plan (E35, E38): nothing is dropped and nothing restored in place: databases change names.
await step('3. Restore database', () => restoreDatabase(opened, files), already)

await step('4. Restore files', () => restoreFiles(opened, files), already)

// Differs from the plan (E36): the old image was kept by its tag: nothing is built.
await step(
  '5. Rebuild and start',
  async () => {
    await startApp(found, settings, manifest.app.keptAs, await nameAsBefore(manifest))
    // What the deployment had put aside first: a container that ended early may never have got it. Its own come last.
    const archives = [
      `${directory}/deployment-files.tar`,
      `${directory}/rollback-files.tar`,
      besideFiles(directory),
    ]
    for (const archive of archives) await putBack(found.app?.name ?? '', archive)
  },
  already,
)

await step('6. Verify rollback', async () => {
  await waitForApp(found, settings)
  if (!run.dryRun && !(await oldDatabase())) refuse('The live database is still the migrated one')
  // Here, not with the start: a run that died in between would leave nginx on an address that is nobody's.
  await reloadNginx(found)
  await reopen(opened)
  await server`rm -f ${directory}/{in-progress,without-window,bypass-token}; sync ${directory}`
})
