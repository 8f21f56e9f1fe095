/**
 * Verify Backups
 *
 * A backup is called one when it was restored: the manifest is checked, the dump goes into a scratch Postgres and every
 * table is compared, the base backup is verified and started, the archives are read to the end. Only then `current` moves.
 *
 * Before:      tsx packages/backup/backup.ts
 * After:       tsx packages/deploy/test-migration.ts
 * If it fails: do not use this backup: take another with tsx packages/backup/backup.ts
 *
 * Usage: tsx packages/backup/verify.ts [--backup-dir DIR] [--dry-run] [--json]
 */
import {
  bash,
  bytes,
  differences,
  entries,
  type Fingerprint,
  fingerprintOf,
  keepCommand,
  open,
  quote,
  read,
  readFingerprint,
  refuse,
  removeScratch,
  restoreInto,
  say,
  server,
  startScratch,
  step,
} from '@stories/shared'
import { LISTING } from './gather.ts'
import { faults, type Manifest, readListing } from './manifest.ts'
import { bootScript } from './volume.ts'

const { settings, directory, release, database, flags } = await open(import.meta.url, {
  release: 'latest',
  changes: true,
})
const again = 'take another: tsx packages/backup/backup.ts'
const manifest = JSON.parse(await read`cat ${directory}/manifest.json`.text()) as Manifest

await step('1. Everything the manifest names is there, unchanged', async () => {
  const sealed =
    await read`cd ${directory}; [ "$(sha256sum < manifest.json)" = "$(cat manifest.sha256)" ] && echo sealed || true`.text()
  if (!sealed.includes('sealed')) refuse('manifest.json is not what backup.ts wrote', again)
  const wrong = faults(manifest, readListing(await read(bash(`cd ${quote(directory)}\n${LISTING}`)).text()))
  if (wrong.length > 0) refuse(wrong.join('\n'), again)
  if (manifest.database.name !== database.name)
    refuse(`It holds the database ${manifest.database.name}, the site uses ${database.name}`, again)
})

await step('2. The dump restores, and every table is as it was', async () => {
  const expected = readFingerprint(await read`cat ${directory}/database_fingerprint.tsv`.text())
  const scratch = await startScratch(database, 'verify')
  try {
    await restoreInto(scratch, directory)
    const restored = flags.dryRun
      ? expected
      : await fingerprintOf(scratch.container, scratch.user, scratch.name)
    const wrong = differences(expected, restored, 'production', 'the restored copy')
    if (wrong.length > 0) refuse(wrong.slice(0, 20).join('\n'), again)
    say(`  ${describe(restored)}: the same in the restored copy`)
  } finally {
    await removeScratch('verify')
  }
})

await step('3. The base backup is whole and starts', async () => {
  const tables = (await server(bash(bootScript(database, directory)))).stdout.trim().split('\n').at(-1)
  if (!flags.dryRun && !(Number(tables) > 0))
    refuse('The base backup started, but its database has no tables', again)
})

await step('4. The archives and the uploads can be read to the end', async () => {
  await read`cd ${directory}; gzip -t code_backup.tar.gz; tar -tzf code_backup.tar.gz > /dev/null; gzip -t postgres_volume.tar.gz; [ ! -e container-files.tar ] || tar -tf container-files.tar > /dev/null`
  for (const { path, files, bytes: size } of manifest.uploads)
    say(`  ${path}: ${files} files, ${bytes(size)}`)
})

await step('5. The environment file has its keys', async () => {
  const kept = entries((await read`cat ${directory}/.env.backup`.text()).split('\n'))
  const missing = ['DATABASE_URL', 'NEXTAUTH_SECRET'].filter((key) => !kept[key])
  if (missing.length > 0) refuse(`.env.backup has no ${missing.join(', ')}`, again)
})

await step('6. This backup is the current one', async () => {
  const receipt = {
    release,
    verified: new Date().toISOString(),
    files: Object.keys(manifest.files).length,
    database: manifest.database.name,
  }
  await server({ input: `${JSON.stringify(receipt, null, 2)}\n` })(
    bash(keepCommand(`${directory}/verified.json`)),
  )
  await server`ln -sfn ${release} ${settings.BACKUP_ROOT}/.current.new; mv -T ${settings.BACKUP_ROOT}/.current.new ${settings.BACKUP_ROOT}/current; sync ${settings.BACKUP_ROOT}`
})

function describe({ tables }: Fingerprint): string {
  const rows = Object.values(tables).reduce((sum, table) => sum + table.rows, 0)
  return `${Object.keys(tables).length} tables, ${rows} rows`
}
