import {
  cause,
  type Fingerprint,
  fingerprintOf,
  type Opened,
  readChecks,
  refuse,
  restoreInto,
  run,
  runScript,
  type Scratch,
  settle,
} from '@stories/shared'

/** Takes the fingerprint of a scratch database; an empty one in a dry run, where there is none. */
export async function lookAt({ container, user }: Scratch, name: string): Promise<Fingerprint> {
  return run.dryRun ? { tables: {}, catalog: {} } : fingerprintOf(container, user, name)
}

/** Restores the dump of the release directory, and gives its fingerprint. */
export async function restoreCopy(scratch: Scratch, directory: string): Promise<Fingerprint> {
  await restoreInto(scratch, directory)
  await settle(scratch)
  return lookAt(scratch, scratch.name)
}

/**
 * Asks a migrated copy what the plan's post-deployment section asks of the database, by the script that does.
 * @throws Stop (exit 3) that names the checks which failed
 */
export async function checkMigrated({ flags }: Opened, scratch: Scratch, name: string): Promise<void> {
  if (run.dryRun) return
  const words = flags.settings ? ['--settings', flags.settings] : []
  let out = ''
  const keep = (text: string) => {
    out = text
  }
  try {
    const copy = { DATABASE_CONTAINER: scratch.container, DATABASE_NAME: name, DATABASE_USER: scratch.user }
    await runScript('monitor/database', words, copy, keep)
  } catch (error) {
    const failed = readChecks(out).filter(({ ok }) => !ok)
    const says = failed.map(({ title, says }) => `${title}: ${says}`).join('; ')
    refuse(`The migrated copy fails the database's checks: ${says || cause(error)}`)
  }
}
