/**
 * Backup Current State
 *
 * Takes the plan's seven artefacts into a new directory on the server and prints its path, so that
 * `export BACKUP_DIR=$(tsx packages/backup/backup.ts)` works. The site stays up and takes writes meanwhile.
 * With --image the app's image is kept in it as well, so that an empty machine need not build it.
 *
 * Before:      nothing; this is where a deployment begins
 * After:       tsx packages/backup/verify.ts
 * If it fails: nothing has changed but a directory marked `incomplete`; run it again: it starts a new one
 *
 * Usage: tsx packages/backup/backup.ts [--image] [--dry-run] [--json] [--verbose]
 */
import { bash, misuse, noSnapshot, open, print, run, server, step, takeSnapshot } from '@stories/shared'
import { beside } from './beside.ts'
import { gently } from './bounds.ts'
import { dumpScript, QUESTIONS_SQL } from './dump.ts'
import { copyEnvironment } from './environment.ts'
import { gatherManifest, sealManifest } from './gather.ts'
import { sizeOf, watchGrowth } from './growth.ts'
import { newRelease } from './release-id.ts'
import { checkSpace } from './space.ts'
import { copyUploads, present, uploadFolders } from './uploads.ts'
import { volumeScript } from './volume.ts'

const { settings, flags, found, database } = await open(import.meta.url, {
  release: 'new',
  changes: true,
  flags: { image: { type: 'boolean' } },
})
if (flags.from > 1) misuse('--from: a backup is taken whole; without --from it starts a new one')
const { there, missing } = await present(settings.UPLOAD_DIRS.split(','))
const folders = uploadFolders(there)

// Differs from the plan (E1, E2): one release id, made once; the directory is the ssh user's own and closed to others.
const root = settings.BACKUP_ROOT
const release = await newRelease(root)
const directory = `${root}/${release}`
const expected = await step('1. Create timestamped backup directory', async () => {
  const about = await checkSpace(database, there, root)
  await server`mkdir -p -m 700 ${root}; mkdir -m 700 ${directory}; touch ${directory}/incomplete; sync ${directory}`
  run.directory = directory
  return about
})
const unwatch = watchGrowth(() => sizeOf(directory), expected ?? 0)

// What stands alone goes beside the others. Uploads come after the dump: every file that one of its rows names is there by then.
const volume = beside(() => server(bash(volumeScript(database, root, directory, settings.NICE))))
const environment = beside(() => copyEnvironment(found, settings, directory))

// Differs from the plan (E3): user and database are read from the running container, and a dump that is not whole fails.
await step('2. Backup database', () =>
  server({ input: QUESTIONS_SQL })(bash(dumpScript(database, root, directory, settings.NICE))),
)

// Differs from the plan (E7): every upload directory there is; an unchanged file costs no second copy; files outside mounts too.
await step('3. Backup uploaded files', () => copyUploads(folders, found.app, directory, settings))

// Differs from the plan (E4): tar takes its excludes first. Uploads and .env lie beside it once already.
await step('4. Backup current code', async () => {
  const excludes = ['node_modules', '.next', '.env', ...there].map((path) => `--exclude=./${path}`)
  await server`git rev-parse HEAD > ${directory}/current_commit.txt
    git diff --binary HEAD > ${directory}/local-changes.patch
    sudo ${gently(settings.NICE)} tar ${excludes} -I 'gzip -1' -cf - . > ${directory}/code_backup.tar.gz`
})

await step('5. Backup environment file', environment)

// Differs from the plan (E5, E6): a base backup through the container whose volume it really is, not a tar of a live directory.
await step('6. Backup Docker volumes', volume)

// Differs from the plan (E36): the image that runs now is kept by a tag of its own, so that rolling back needs no build.
const keptAs = `1001-stories-app:before-${release}`
await step('7. Keep the running image', async () => {
  if (!found.app) return
  await server`docker tag ${found.app.imageId} ${keptAs}`
  if (flags.more['image']) await server`docker save ${keptAs} | gzip -1 > ${directory}/app_image.tar.gz`
})

await step('8. Write the manifest', async () => {
  unwatch()
  const manifest = await gatherManifest({ settings, found, directory, release, keptAs, folders, missing })
  await sealManifest(manifest, directory)
})

await step('9. Take a Lightsail snapshot', () => takeSnapshot(settings, release), {
  done: async () => noSnapshot(settings),
})
print(directory)
