import {
  differences,
  type Found,
  read,
  readFingerprint,
  removeScratch,
  restoreInto,
  run,
  startScratch,
} from '@stories/shared'
import { shareOf } from './bounds.ts'
import { QUESTIONS_SQL } from './dump.ts'
import { watchGrowth } from './growth.ts'
import { rightsLost } from './rights.ts'

/** What came out of restoring a dump: what is other than it was, and how much was compared. */
export interface Restored {
  wrong: string[]
  tables: number
  rows: number
}

/**
 * Restores the dump of a backup into a scratch Postgres without network and compares every table's rows and checksum,
 * the whole catalog and all rights with what the dump's own snapshot held.
 * @param bytes the size that the database had
 */
export async function restoreAndCompare(
  database: Found['database'],
  directory: string,
  bytes: number,
  nice: string,
): Promise<Restored> {
  // What psql loads without a word may still be the half of a dump.
  const end = await read`tail -n 20 ${directory}/database_backup.sql`.text()
  if (!end.includes('PostgreSQL database dump complete'))
    return { wrong: ['the dump has no closing line: it is not whole'], tables: 0, rows: 0 }
  const kept = await read`cat ${directory}/database_fingerprint.tsv`.text()
  const expected = readFingerprint(kept)
  const counts = Object.values(expected.tables).map(({ rows }) => rows)
  const scratch = await startScratch(database, 'verify', shareOf(nice))
  const size = async () =>
    Number(
      await read`docker exec ${scratch.container} psql -XAtq -U ${scratch.user} -d ${scratch.name} -c ${'SELECT pg_database_size(current_database())'}`.text(),
    )
  const unwatch = watchGrowth(size, bytes)
  try {
    await restoreInto(scratch, directory)
    unwatch()
    const psql = [
      'psql',
      '-XqAt',
      '-F',
      '\t',
      '-v',
      'ON_ERROR_STOP=1',
      '-U',
      scratch.user,
      '-d',
      scratch.name,
    ]
    const now = run.dryRun
      ? kept
      : await read({ input: QUESTIONS_SQL })`docker exec -i ${scratch.container} ${psql}`.text()
    return {
      wrong: [
        ...differences(expected, readFingerprint(now), 'production', 'the restored copy'),
        ...rightsLost(kept, now),
      ],
      tables: counts.length,
      rows: counts.reduce((sum, rows) => sum + rows, 0),
    }
  } finally {
    unwatch()
    await removeScratch('verify')
  }
}
