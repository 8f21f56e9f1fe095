/**
 * Immediate Rollback (if deployment fails)
 *
 * From whatever point a deployment came to, back to the code, image, database, .env and uploads from before it.
 * Run twice, the second finds nothing to do.
 *
 * Before:      a deployment that failed or is not wanted; a `current` or pinned verified backup
 * After:       tsx packages/deploy/status.ts
 * If it fails: run it again; else `tsx packages/rollback/emergency.ts`
 *
 * Usage: tsx packages/rollback/immediate.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--yes] [--json]
 */
import {
  applyConf,
  checkout,
  closeSite,
  copyOut,
  handConfToGit,
  isClosed,
  localChanges,
  missingUploads,
  newToken,
  open,
  openSite,
  putBack,
  readConf,
  readRelease,
  reapply,
  refuse,
  reloadNginx,
  restoreUploads,
  run,
  say,
  server,
  setChangesAside,
  startApp,
  step,
  takeConfBack,
  until,
  visit,
  waitForApp,
} from '@stories/shared'
import { look, restoreDatabase, showWrites } from './restore.ts'

const opened = await open(import.meta.url, { release: 'pinned', changes: true })
const { directory, settings, found, compose, app } = opened
const files = await readRelease(directory)
const { manifest, target } = files
const oldApp = found.app?.imageId === manifest.app.imageId && found.app.running
const oldCode = found.head === manifest.code.commit
const oldDatabase = async () => (await look(opened)).way === 'nothing'
const nothing = oldApp && oldCode && (await oldDatabase())
const already = { done: async () => nothing && 'this is the old release already' }
const token = files.token || newToken()

// Differs from the plan (E34): only the app stops; `down` would remove the database that is restored next. (E37): shown first.
await step(
  '1. Stop failed deployment',
  async () => {
    await showWrites(opened)
    await server({
      input: token,
    })`touch ${directory}/in-progress; [ -s ${directory}/bypass-token ] || cat > ${directory}/bypass-token; sync ${directory}`
    const conf = await readConf(found)
    if (!isClosed(conf)) await applyConf(found, closeSite(conf, new URL(settings.PUBLIC_URL).hostname, token))
    await server`${compose} stop -t 20 ${app}`
    if (found.app) await copyOut(found.app, `${directory}/rollback-files.tar`)
  },
  already,
)

await step(
  '2. Restore code',
  async () => {
    await handConfToGit(found, settings)
    if ((await localChanges()).length > 0) await setChangesAside(`${directory}/local-changes-rollback.patch`)
    await checkout(manifest.code.branch, manifest.code.commit)
    await reapply(`${directory}/local-changes.patch`)
    await takeConfBack(found, settings, token)
  },
  {
    done: async () =>
      (nothing || (oldCode && !run.dryRun)) && `the code is at ${manifest.code.commit.slice(0, 10)}`,
  },
)

// Differs from the plan (E35, E38): nothing is dropped and nothing restored in place: databases change names.
await step('3. Restore database', () => restoreDatabase(opened, files), already)

await step(
  '4. Restore files',
  async () => {
    await server`if [ -e ${directory}/.env.phase3 ]; then cmp -s .env ${directory}/.env.phase3 || sudo cp ${directory}/.env.phase3 .env; elif [ ! -e .env ]; then sudo cp ${directory}/.env.backup .env; fi`
    if (target) await restoreUploads(directory, manifest.uploads, target, manifest.code.commit)
    const missing = await missingUploads(directory, manifest.uploads)
    for (const file of missing) say(`  ${file} is put back from the backup`)
    for (const { path, folder } of manifest.uploads)
      await server`sudo cp -a --no-clobber ${directory}/${folder}/. ${path}/`
  },
  already,
)

// Differs from the plan (E36): the old image was kept by its tag: nothing is built.
await step(
  '5. Rebuild and start',
  async () => {
    await startApp(found, settings, manifest.app.keptAs)
    await putBack(found.app?.name ?? '', `${directory}/rollback-files.tar`)
    await reloadNginx(found)
  },
  already,
)

await step('6. Verify rollback', async () => {
  await waitForApp(found, settings)
  const conf = await readConf(found)
  if (isClosed(conf)) await applyConf(found, openSite(conf))
  await until('the site to answer visitors', 20, async () =>
    run.dryRun || (await visit(settings, '/')).status === 200 ? true : undefined,
  )
  if (!run.dryRun && !(await oldDatabase())) refuse('The live database is still the migrated one')
  await server`rm -f ${directory}/in-progress ${directory}/bypass-token; sync ${directory}`
})
