import {
  differences,
  fingerprintOf,
  type Opened,
  type ReleaseFiles,
  read,
  readFingerprint,
  refuse,
  run,
  say,
} from '@stories/shared'

/** Compares a restored database with the fingerprint that was taken in the dump's own snapshot. */
export async function compareWithBackup(
  { database, directory }: Opened,
  files: ReleaseFiles,
  name: string,
): Promise<void> {
  if (run.dryRun) return
  const expected = readFingerprint(await read`cat ${directory}/database_fingerprint.tsv`.text())
  const wrong = differences(
    expected,
    await fingerprintOf(database.container.name, database.user, name),
    'the backup',
    'the restored database',
  )
  if (wrong.length > 0)
    refuse(
      `The restored database is not what backup ${files.manifest.release} holds:\n${wrong.slice(0, 10).join('\n')}`,
    )
  say(`  ${Object.keys(expected.tables).length} tables restored and compared`)
}
