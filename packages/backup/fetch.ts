/**
 * Fetch a backup off the server
 *
 * Copies the newest verified backup into FETCH_DIR on this machine, verifies it here by the manifest's hashes, and
 * encrypts it when AGE_RECIPIENT (age) or BACKUP_PASSPHRASE (gpg) is set. Prints the path of the copy.
 *
 * Before:      tsx packages/backup/verify.ts
 * After:       tsx packages/rollback/emergency.ts shows what the copy is good for
 * If it fails: run it again: it goes on where it stopped
 *
 * Usage: tsx packages/backup/fetch.ts [--backup-dir DIR] [--dry-run] [--json]
 */
import { encryption, open, print, read, refuse, step } from '@stories/shared'
import { encryptCopy, fetchCopy, isHere, placeOf, verifyCopy } from './copy.ts'

const { settings, directory, release } = await open(import.meta.url, { release: 'newest' })
const place = placeOf(settings, release)
const here = isHere(place) && 'the copy is here already'

await step('1. The backup is a verified one', async () => {
  const receipt = await read`cat ${directory}/verified.json 2>/dev/null || true`.text()
  if (!receipt) refuse(`${directory} was never verified`, 'tsx packages/backup/verify.ts')
})

await step('2. Fetch it', () => fetchCopy(settings, directory, place), { done: async () => here })

await step('3. Verify it at this end', () => verifyCopy(place), { done: async () => here })

await step('4. Encrypt it', () => encryptCopy(settings, release, place), {
  done: async () => !encryption(settings) && 'neither AGE_RECIPIENT nor BACKUP_PASSPHRASE is set',
})
print(place.file)
