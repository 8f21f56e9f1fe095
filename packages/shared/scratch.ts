import { FINGERPRINT_SQL, type Fingerprint, readFingerprint } from './fingerprint.ts'
import type { Found } from './found.ts'
import { read, server } from './server.ts'
import { until } from './until.ts'

/**
 * A scratch Postgres: the same image as production's, no network, no port, nothing kept. What is tried there cannot
 * reach production.
 */
export interface Scratch {
  container: string
  user: string
  name: string
}

/**
 * Starts a scratch Postgres of a purpose; one left by an earlier run of the same purpose is removed first.
 * @param bounds more words for `docker run`, such as what bounds its load
 */
export async function startScratch(
  database: Found['database'],
  purpose: string,
  bounds: string[] = [],
): Promise<Scratch> {
  const container = `stories-scratch-${purpose}`
  await removeScratch(purpose)
  await server`docker run -d --network none --name ${container} --label stories.scratch=${purpose} ${bounds} \
    -e POSTGRES_USER=${database.user} -e POSTGRES_DB=${database.name} -e POSTGRES_HOST_AUTH_METHOD=trust \
    ${database.container.imageId}`
  const scratch = { container, user: database.user, name: database.name }
  // Over TCP: while the image initialises itself it listens on its socket alone.
  await until('the scratch database', 60, async () =>
    (
      await read`docker exec ${container} pg_isready -q -h 127.0.0.1 -U ${database.user} -d ${database.name}`.nothrow()
    ).exitCode === 0
      ? true
      : undefined,
  )
  await configure(scratch, HASTE)
  return scratch
}

// What is in it can be had again: until it is settled it writes as fast as it can, and may lose all in a crash.
const HASTE = ['fsync', 'full_page_writes', 'synchronous_commit'].map(
  (name) => `ALTER SYSTEM SET ${name} = off`,
)

const configure = ({ container, user }: Scratch, commands: string[]) =>
  server`docker exec ${container} psql -Xq -v ON_ERROR_STOP=1 -o /dev/null -U ${user} -d postgres ${[...commands, 'SELECT pg_reload_conf()'].flatMap((command) => ['-c', command])}`

/** Lets a scratch Postgres write as carefully as production does: from here on times may be compared. */
export async function settle(scratch: Scratch): Promise<void> {
  await configure(scratch, ['ALTER SYSTEM RESET ALL'])
  await server`docker exec ${scratch.container} psql -Xq -U ${scratch.user} -d postgres -c CHECKPOINT`
}

/** Removes a scratch Postgres with all that it held. */
export async function removeScratch(purpose: string): Promise<void> {
  await server`docker ps -aq --filter label=stories.scratch=${purpose} | xargs -r docker rm -fv >/dev/null`
}

/** Restores a plain dump of the release directory into it; the roles that the dump's grants name are made first. */
export async function restoreInto(scratch: Scratch, directory: string): Promise<void> {
  const psql = ['docker', 'exec', '-i', scratch.container, 'psql', '-Xq', '-U', scratch.user]
  // The image has made the owner's role already; every other one comes from the backup.
  await server`grep -vE '^(CREATE|ALTER) ROLE "?'${scratch.user}'"?[ ;]' ${directory}/database_globals.sql | ${psql} -d postgres -o /dev/null`
  await server`${psql} -v ON_ERROR_STOP=1 -o /dev/null -d ${scratch.name} < ${directory}/database_backup.sql`
}

/** Takes the fingerprint of a database in any container. */
export async function fingerprintOf(container: string, user: string, name: string): Promise<Fingerprint> {
  const answer = await read({
    input: FINGERPRINT_SQL,
  })`docker exec -i ${container} psql -XqAt -F ${'\t'} -v ON_ERROR_STOP=1 -U ${user} -d ${name} -f -`
  return readFingerprint(answer.stdout)
}

/** Removes a container by its name, if it is there, with the volumes that are its own. */
export async function removeContainer(name: string): Promise<void> {
  await server`docker rm -fv ${name} > /dev/null 2>&1 || true`
}
