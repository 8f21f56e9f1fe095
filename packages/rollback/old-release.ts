import {
  applyConf,
  BESIDE,
  besideOf,
  checkout,
  closeSite,
  copyOut,
  handConfToGit,
  isClosed,
  leadsBeside,
  localChanges,
  missingUploads,
  newToken,
  type Opened,
  openSite,
  type ReleaseFiles,
  readConf,
  readRelease,
  reapply,
  removeBeside,
  restoreUploads,
  run,
  say,
  server,
  setChangesAside,
  stopBehindStandIn,
  switchConf,
  takeConfBack,
  until,
  visit,
} from '@stories/shared'

/** What an app beside wrote inside its container, for the old one. */
export const besideFiles = (directory: string) => `${directory}/rollback-files-beside.tar`

/**
 * Shows visitors the maintenance page and stops the app, and the one beside it that a deployment without a window may have
 * left; what they wrote inside their containers is copied out first.
 */
export async function stopRelease(
  { directory, settings, found }: Opened,
  files: ReleaseFiles,
): Promise<void> {
  const token = files.token || newToken()
  await server({ input: token })`touch ${directory}/in-progress
    [ -s ${directory}/bypass-token ] || cat > ${directory}/bypass-token; sync ${directory}`
  const conf = await readConf(found)
  if (!isClosed(conf) || leadsBeside(conf))
    await applyConf(found, closeSite(conf, new URL(settings.PUBLIC_URL).hostname, token))
  await stopBehindStandIn(found)
  if (found.app) await copyOut(found.app, `${directory}/rollback-files.tar`)
  if (await besideOf(found, settings))
    await copyOut({ id: BESIDE, mounts: found.app?.mounts ?? [] }, besideFiles(directory))
  await removeBeside()
}

/** Checks out the commit of the backup, with the local changes that it had; what was changed since is kept as a patch. */
export async function restoreCode(
  { directory, settings, found }: Opened,
  { manifest }: ReleaseFiles,
): Promise<void> {
  await handConfToGit(found, settings)
  if ((await localChanges()).length > 0) await setChangesAside(`${directory}/local-changes-rollback.patch`)
  await checkout(manifest.code.branch, manifest.code.commit)
  await reapply(`${directory}/local-changes.patch`)
  await takeConfBack(found, settings, (await readRelease(directory)).token)
}

/** .env as it was when the deployment began, and every upload of the backup that the project lacks; newer ones stay. */
export async function restoreFiles({ directory }: Opened, { manifest, target }: ReleaseFiles): Promise<void> {
  await server`kept=${directory}/.env.phase3; [ -e "$kept" ] || kept=${directory}/.env.backup
    if [ ! -e .env ] || { [ "$kept" = ${directory}/.env.phase3 ] && ! cmp -s .env "$kept"; }; then sudo cp "$kept" .env; fi`
  if (target) await restoreUploads(directory, manifest.uploads, target, manifest.code.commit)
  for (const file of await missingUploads(directory, manifest.uploads))
    say(`  ${file} is put back from the backup`)
  for (const { path, folder } of manifest.uploads) {
    await server`sudo cp -a --no-clobber ${directory}/${folder}/. ${path}/`
  }
}

/** Takes the maintenance page off, and waits until visitors get the site. */
export async function reopen({ settings, found }: Opened): Promise<void> {
  const conf = await readConf(found)
  if (isClosed(conf)) await switchConf(found, openSite(conf))
  if (run.dryRun) return
  await until('the site to answer visitors', 20, async () =>
    (await visit(settings, '/')).status === 200 ? true : undefined,
  )
}
