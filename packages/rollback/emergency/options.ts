import type { Settings } from '@stories/shared'
import { bytes, type Copy, expand, findCopies, listSnapshots, noSnapshot, read, say } from '@stories/shared'

/** The whole backups on the server, newest first, each with its release and whether it was verified; the reason when it does not answer. */
async function onServer(settings: Settings): Promise<{ release: string; verified: boolean }[] | string> {
  const answer = await read`cd ${settings.BACKUP_ROOT} 2>/dev/null || exit 0; for release in [0-9]*_[0-9]*; do
      if [ -e "$release/verified.json" ]; then echo "$release verified"; elif [ -e "$release/manifest.json" ]; then echo "$release whole"; fi; done | sort -r`.nothrow()
  if (answer.exitCode === 0)
    return answer.stdout
      .split('\n')
      .filter(Boolean)
      .map((line) => ({ release: line.split(' ')[0]!, verified: line.endsWith(' verified') }))
  return answer.stderr.trim().split('\n').at(-1) || `it ended with ${answer.exitCode}`
}

const copyLine = ({ release, path, encrypted, bytes: size }: Copy) =>
  `   ${release}${encrypted ? `, encrypted, ${bytes(size)}` : ''}\n     SERVER_HOST=<an empty machine> tsx packages/rollback/emergency.ts --restore ${path}`

/** Says in the plan's order what can still be done, each with its command. Changes nothing, and needs no server. */
export async function showOptions(settings: Settings): Promise<void> {
  say('1. Restore from AWS Lightsail snapshot')
  const none = noSnapshot(settings)
  if (none) say(`   No Lightsail snapshot was taken from here: ${none}.`)
  else {
    const snapshots = await listSnapshots(settings).catch((error: Error) => error.message)
    if (typeof snapshots === 'string') say(`   ${snapshots}`)
    else if (snapshots.length === 0) say(`   There is no snapshot of ${settings.LIGHTSAIL_INSTANCE}.`)
    else
      for (const { name, state, createdAt } of snapshots.slice(0, 5))
        say(
          `   ${name}, ${state}, ${createdAt}\n     aws lightsail create-instances-from-snapshot --instance-snapshot-name ${name} --instance-names ${settings.LIGHTSAIL_INSTANCE}-restored --availability-zone <zone> --bundle-id <bundle>`,
        )
  }
  say('2. Contact AWS Support')
  say('   https://console.aws.amazon.com/support/home (say: Lightsail, the instance, its region, since when)')

  say('3. Restore from backup directory')
  const backups = await onServer(settings)
  if (typeof backups === 'string') say(`   ${settings.SERVER_HOST} does not answer: ${backups}`)
  else {
    if (!backups.some(({ verified }) => verified))
      say(`   There is no verified backup on ${settings.SERVER_HOST}.`)
    for (const { release, verified } of backups.slice(0, 5))
      say(
        verified
          ? `   ${release} on ${settings.SERVER_HOST}\n     tsx packages/rollback/immediate.ts --backup-dir ${settings.BACKUP_ROOT}/${release}`
          : `   ${release} on ${settings.SERVER_HOST}, never verified\n     tsx packages/backup/verify.ts --backup-dir ${settings.BACKUP_ROOT}/${release}`,
      )
  }
  const copies = findCopies(expand(settings.FETCH_DIR))
  if (copies.length === 0)
    say(`   There is no copy in ${settings.FETCH_DIR} (tsx packages/backup/fetch.ts makes one).`)
  for (const copy of copies.slice(0, 5)) say(copyLine(copy))
}
