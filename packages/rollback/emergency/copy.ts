import { existsSync, mkdirSync, rmSync, statSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Settings } from '@stories/shared'
import {
  bash,
  copyFaults,
  decryptInto,
  encryption,
  expand,
  faults,
  LISTING,
  type Manifest,
  misuse,
  quote,
  read,
  readCopy,
  readListing,
  refuse,
  rsync,
  rsyncWords,
  run,
  server,
} from '@stories/shared'

/** A copy that lies open on this machine. */
export interface OpenCopy {
  folder: string
  manifest: Manifest
  /** Removes what was decrypted for this run. */
  close: () => void
}

/**
 * Opens a fetched copy and reads every file of it.
 * @throws Stop when there is none (exit 2), or when it is not what was backed up (exit 3)
 */
export async function openCopy(settings: Settings, given: string): Promise<OpenCopy> {
  const path = resolve(expand(given))
  if (!existsSync(path))
    misuse(`--restore: there is no copy ${path}`, 'tsx packages/rollback/emergency.ts lists them')
  let folder = path
  let close = () => {}
  if (!statSync(path).isDirectory()) {
    const tool = encryption(settings)
    if (!tool || !path.endsWith(tool.ending))
      misuse(`--restore: ${path} is encrypted`, 'set BACKUP_PASSPHRASE (.tar.gpg) or AGE_IDENTITY (.tar.age)')
    const opened = `${path}.open`
    close = () => rmSync(opened, { recursive: true, force: true })
    close()
    process.on('exit', close)
    mkdirSync(opened, { mode: 0o700 })
    await decryptInto(tool, path, opened)
    folder = join(opened, basename(path).replace(/\.tar\.\w+$/, ''))
  }
  const wrong = await copyFaults(folder)
  if (wrong.length > 0) refuse(`${path} is not what was backed up:\n${wrong.slice(0, 20).join('\n')}`)
  return { folder, manifest: readCopy(folder), close }
}

/** Sends the copy to the machine, into a directory of the backups there, and compares every file at that end. */
export async function sendCopy(
  settings: Settings,
  { folder, manifest }: OpenCopy,
  directory: string,
): Promise<void> {
  await server`mkdir -p -m 700 ${settings.BACKUP_ROOT}; mkdir -p -m 700 ${directory}; touch ${directory}/incomplete`
  if (run.dryRun) return
  await rsync(settings, rsyncWords(settings, 'send', folder, directory))
  const there = readListing(await read(bash(`cd ${quote(directory)}\n${LISTING}`)).text())
  const wrong = faults(manifest, there)
  if (wrong.length > 0) refuse(wrong.slice(0, 20).join('\n'), 'run it again: what is wrong is sent again')
  await server`cd ${directory}; rm incomplete; sync .`
}
