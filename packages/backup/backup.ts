/**
 * Backup Current State
 *
 * Takes the plan's seven artefacts into a new directory on the server and prints its path, so that
 * `export BACKUP_DIR=$(tsx packages/backup/backup.ts)` works. The site stays up and takes writes meanwhile.
 *
 * Before:      nothing; this is where a deployment begins
 * After:       tsx packages/backup/verify.ts
 * If it fails: nothing has changed but a directory marked `incomplete`; run it again: it starts a new one
 *
 * Usage: tsx packages/backup/backup.ts [--dry-run] [--json] [--verbose]
 */
import {
  bash,
  bytes,
  copyOut,
  FINGERPRINT_SQL,
  open,
  print,
  read,
  refuse,
  run,
  say,
  server,
  step,
  warn,
} from '@stories/shared'
import { dumpScript } from './dump.ts'
import { gatherManifest, need, present } from './gather.ts'
import { releaseId, uploadFolders } from './manifest.ts'

const { settings, found, compose, database } = await open(import.meta.url, { release: 'new', changes: true })
const root = settings.BACKUP_ROOT
const dirs = await present(settings.UPLOAD_DIRS.split(','))
for (const dir of dirs.missing) warn(`${dir} is not on this server: nothing to back up there`)

// Differs from the plan (E1, E2): one release id, made once; the directory is the ssh user's own and closed to others.
const [clock = '', ...existing] = (await read`date -u +%Y%m%d_%H%M%S; ls ${root} 2>/dev/null || true`.text())
  .trim()
  .split('\n')
const release = releaseId(clock, existing)
const directory = `${root}/${release}`

await step('1. Create timestamped backup directory', async () => {
  const space = await need(database, dirs.there, root)
  if (space.free < space.bytes)
    refuse(
      `${root} has ${bytes(space.free)} free, the backup needs about ${bytes(space.bytes)}`,
      'make room: tsx packages/backup/prune.ts, or set BACKUP_ROOT to a larger disk',
    )
  say(`  about ${bytes(space.bytes)}, ${bytes(space.free)} free`)
  await server`mkdir -p -m 700 ${root}; mkdir -m 700 ${directory}; touch ${directory}/incomplete; sync ${directory}`
  run.directory = directory
})

// Differs from the plan (E3): user and database are read from the running container, and a dump that is not whole fails.
await step('2. Backup database', () =>
  server({ input: FINGERPRINT_SQL })(bash(dumpScript(database, directory, settings.NICE))),
)

// Differs from the plan (E7): every upload directory there is; an unchanged file costs no second copy; files outside mounts too.
const folders = uploadFolders(dirs.there)
await step('3. Backup uploaded files', async () => {
  for (const { path, folder } of folders) {
    const older = `${root}/current/${folder}`
    await server`if command -v rsync >/dev/null; then sudo rsync -a --link-dest=${older} ${path}/ ${directory}/${folder}/
      else sudo cp -a --reflink=auto ${path} ${directory}/${folder}; fi`
  }
  const inside = found.app ? await copyOut(found.app, `${directory}/container-files.tar`) : []
  if (inside.length > 0)
    say(`  ${inside.length} files that the app wrote inside its container, outside any mount, are kept too`)
})

// Differs from the plan (E4): tar takes its excludes first. Uploads and .env lie beside it once already.
await step('4. Backup current code', async () => {
  const excludes = ['node_modules', '.next', '.env', ...dirs.there].map((path) => `--exclude=./${path}`)
  await server`git rev-parse HEAD > ${directory}/current_commit.txt
    git diff --binary HEAD > ${directory}/local-changes.patch
    sudo tar ${excludes} -I 'gzip -1' -cf ${directory}/code_backup.tar.gz .
    sudo chown "$(id -u):$(id -g)" ${directory}/code_backup.tar.gz`
})

await step(
  '5. Backup environment file',
  () => server`sudo cat .env > ${directory}/.env.backup; ${compose} config > ${directory}/compose-config.yml
  sudo cat ${found.nginx.conf} > ${directory}/nginx.conf`,
)

// Differs from the plan (E5, E6): a base backup through the container whose volume it really is, not a tar of a live directory.
await step(
  '6. Backup Docker volumes',
  () => server`docker exec ${database.container.name} nice -n ${settings.NICE} \
  pg_basebackup -U ${database.user} -D - -Ft -X fetch -c fast --compress=client-gzip:level=1 > ${directory}/postgres_volume.tar.gz`,
)

// Differs from the plan (E36): the image that runs now is kept by a tag of its own, so that rolling back needs no build.
const keptAs = `1001-stories-app:before-${release}`
await step('7. Keep the running image', () => server`docker tag ${found.app?.imageId ?? ''} ${keptAs}`, {
  done: async () => !found.app && 'there is no container of the app',
})

await step('8. Write the manifest', async () => {
  const manifest = await gatherManifest({ found, directory, release, keptAs, folders, missing: dirs.missing })
  await server({
    input: `${JSON.stringify(manifest, null, 2)}\n`,
  })`cd ${directory}; cat > manifest.json.tmp; sha256sum < manifest.json.tmp > manifest.sha256
    find . -type f -exec sync {} +; mv manifest.json.tmp manifest.json; rm incomplete; sync .`
})
print(directory)
