import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import {
  bytes,
  copyFaults,
  encryptFolder,
  encryption,
  event,
  expand,
  findCopies,
  opensTo,
  refuse,
  rsync,
  rsyncWords,
  run,
  type Settings,
  say,
} from '@stories/shared'

/** Where a copy comes to lie on this machine: `part` until it was verified, then `whole`, then perhaps `file`. */
export interface Place {
  folder: string
  part: string
  whole: string
  file: string
}

/** The place of a release's copy, by the settings. */
export function placeOf(settings: Settings, release: string): Place {
  const folder = expand(settings.FETCH_DIR)
  const whole = join(folder, release)
  return { folder, part: `${whole}.part`, whole, file: `${whole}${encryption(settings)?.ending ?? ''}` }
}

/** Whether the copy is here and was verified, encrypted or not. */
export const isHere = ({ whole, file }: Place) => existsSync(whole) || existsSync(file)

/** Fetches a release directory; after a cut the next call goes on. What an earlier copy has as well is linked, not fetched. */
export async function fetchCopy(
  settings: Settings,
  directory: string,
  { folder, part }: Place,
): Promise<void> {
  const older = findCopies(folder).find(({ encrypted }) => !encrypted)
  const words = rsyncWords(settings, 'fetch', directory, part, older?.path)
  if (run.dryRun) return say(`  $ rsync ${words.join(' ')}`)
  mkdirSync(part, { recursive: true, mode: 0o700 })
  const travelled = await rsync(settings, words)
  event('fetched', { travelled })
  say(`  ${bytes(travelled)} came from the server; whatever is not in that was here already`)
}

/** Reads every file of the fetched copy; only then it has its name. */
export async function verifyCopy({ part, whole }: Place): Promise<void> {
  if (run.dryRun) return
  const wrong = await copyFaults(part)
  if (wrong.length > 0) {
    // rsync takes a file of the same size and time for the same one: what is wrong must be fetched anew.
    rmSync(part, { recursive: true })
    refuse(wrong.slice(0, 20).join('\n'), 'run it again: it is fetched anew')
  }
  renameSync(part, whole)
}

/** Encrypts the copy, tries that it opens where this machine has the key, and only then removes the open one. */
export async function encryptCopy(settings: Settings, release: string, place: Place): Promise<void> {
  const tool = encryption(settings)
  if (!tool || run.dryRun) return
  const { folder, whole, file } = place
  // It has its name only after it was tried: what lies open beside it is what an earlier run did not get to remove.
  if (existsSync(file)) return rmSync(whole, { recursive: true, force: true })
  await encryptFolder(tool, folder, release, `${file}.tmp`)
  const same = await opensTo(tool, `${file}.tmp`, folder, release)
  if (same === false) refuse('The encrypted copy does not open to what went into it')
  if (same === undefined) say('  the key is not on this machine: that the copy opens was not tried')
  renameSync(`${file}.tmp`, file)
  rmSync(whole, { recursive: true })
}
