/**
 * Verify Backups
 *
 * A backup is called one when it was restored: the manifest is checked, the dump goes into a scratch Postgres and every
 * table is compared, the base backup is verified and started, the archives are read to the end. Only then `current` moves.
 * With --amcheck every index of the base backup is compared with its table as well. Prints the receipt.
 *
 * Before:      tsx packages/backup/backup.ts
 * After:       tsx packages/deploy/test-migration.ts
 * If it fails: interrupted, run it again; refused, do not use this backup: take another with tsx packages/backup/backup.ts
 *
 * Usage: tsx packages/backup/verify.ts [--backup-dir DIR] [--amcheck] [--dry-run] [--json]
 */
import { bash, bytes, misuse, open, print, read, say, server, step } from '@stories/shared'
import { beside } from './beside.ts'
import { sweepAfter } from './bounds.ts'
import { makeCurrent, receiptFor } from './receipt.ts'
import { demand, spoilt } from './refusal.ts'
import { restoreAndCompare } from './restored.ts'
import { filesLost, keysLost, readManifest } from './sealed.ts'
import { bootScript } from './volume.ts'

const { settings, directory, database, flags, marks } = await open(import.meta.url, {
  release: 'latest',
  changes: true,
  flags: { amcheck: { type: 'boolean' } },
})
if (flags.from > 1) misuse('--from: a backup is verified whole, or it is not verified')

const manifest = await step('1. Everything the manifest names is there, unchanged', async () => {
  const found = await readManifest(directory).catch((error: Error) => demand([error.message]))
  demand(await filesLost(found!, directory))
  if (found!.database.name !== database.name)
    demand([`It holds the database ${found!.database.name}, the site uses ${database.name}`])
  return found!
})

await sweepAfter(settings.BACKUP_ROOT, ['verify', 'volume'])
// Differs from the plan (E8): what `ls` shows proves nothing; what was restored and compared does.
const amcheck = flags.more['amcheck'] === true
const volume = beside(() => server(bash(bootScript(database, directory, settings.NICE, amcheck))))
const compared = await step('2. The dump restores, and every table is as it was', async () => {
  const { wrong, tables, rows } = await restoreAndCompare(
    database,
    directory,
    manifest!.database.bytes,
    settings.NICE,
  ).catch(spoilt)
  demand(wrong)
  say(`  ${tables} tables, ${rows} rows, the catalog and all rights: the same in the restored copy`)
  return { tables, rows }
})

await step('3. The base backup is whole and starts', async () => {
  const tables = (await volume().catch(spoilt)).stdout.trim().split('\n').at(-1)
  if (!flags.dryRun && !(Number(tables) > 0))
    demand(['The base backup started, but its database has no tables'])
})

await step('4. The archives and the uploads can be read to the end', async () => {
  await read`cd ${directory}; for archive in *.tar.gz; do gzip -t "$archive"; done; tar -tzf code_backup.tar.gz > /dev/null
    for archive in *.tar; do [ ! -e "$archive" ] || tar -tf "$archive" > /dev/null; done`
  for (const { path, files, bytes: size } of manifest!.uploads)
    say(`  ${path}: ${files} files, ${bytes(size)}, each as it was`)
})

await step('5. The environment file has its keys', async () => {
  const lost = await keysLost(manifest!, directory)
  demand(lost.map((key) => `.env.backup has no ${key}`))
  if (manifest!.environment.length === 0) demand(['.env.backup has no keys at all'])
})

await step('6. This backup is the current one', async () => {
  const receipt = receiptFor(manifest!, compared!)
  await makeCurrent(receipt, directory, marks.current)
  print(JSON.stringify(receipt, null, 2))
})
