import { bytes, type Found, query, read, refuse, say } from '@stories/shared'

/** What is on the server, in bytes. */
export interface Sizes {
  /** All databases, with their indexes. */
  cluster: number
  /** The rows of the database that is dumped, as they lie there. */
  rows: number
  /** Those of its values that Postgres keeps apart, compressed. */
  apart: number
  uploads: number
}

/** What a backup will take, in bytes: what the watch over its progress expects, and with room to spare what must be free. */
export function needed({ cluster, rows, apart, uploads }: Sizes): { expected: number; free: number } {
  // In a dump a value is text again: of what was kept apart about twice as much, at times three times. The base backup
  // becomes at most as large as the cluster, and lies there in pieces until it is put together.
  return {
    expected: Math.round(rows + 2 * apart + 0.6 * cluster + uploads),
    free: Math.ceil((rows + 3 * apart + 1.5 * cluster + uploads) * 1.1) + 64 * 1024 ** 2,
  }
}

// A table that is locked for good holds up nobody for longer than the dump itself would wait.
const SIZES_SQL = `SET lock_timeout = '30s';
SELECT (SELECT sum(pg_database_size(oid)) FROM pg_database), sum(pg_relation_size(oid)), sum(pg_relation_size(nullif(reltoastrelid, 0)))
FROM pg_class WHERE relkind IN ('r', 'm') AND relpersistence <> 't'`

/**
 * Makes sure that the file system of the backups has the space that this one needs; says both.
 * @returns the bytes that the backup will have, about
 * @throws Stop (exit 3) when there is too little
 */
export async function checkSpace(
  database: Found['database'],
  folders: string[],
  root: string,
): Promise<number> {
  const [sizes = []] = await query(database, database.name, SIZES_SQL)
  const [cluster = 0, rows = 0, apart = 0] = sizes.map(Number)
  const answer = await read`folder=${root}; while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    df -B1 --output=avail "$folder" | tail -n 1; sudo du -sbc .git ${folders} 2>/dev/null | tail -n 1 | cut -f1`.text()
  const [there = 0, uploads = 0] = answer.trim().split('\n').map(Number)
  const need = needed({ cluster, rows, apart, uploads })
  if (there < need.free)
    refuse(
      `${root} has ${bytes(there)} free, the backup needs about ${bytes(need.free)}`,
      'make room: tsx packages/backup/prune.ts, or set BACKUP_ROOT to a larger disk',
    )
  say(`  about ${bytes(need.expected)}, ${bytes(there)} free`)
  return need.expected
}
