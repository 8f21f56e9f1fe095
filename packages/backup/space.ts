import { bytes, type Found, read, refuse, say, value } from '@stories/shared'

/** What a backup will take, in bytes: what the watch over its progress expects, and with room to spare what must be free. */
export function needed(database: number, uploads: number): { expected: number; free: number } {
  // A dump is about as large as its database, the compressed base backup at most the same, often a third of it.
  return {
    expected: Math.round(1.4 * database + uploads),
    free: Math.ceil((2 * database + uploads) * 1.1) + 64 * 1024 ** 2,
  }
}

/**
 * Makes sure that the file system of the backups has the space that this one needs; says both.
 * @returns the bytes that the backup will have, about
 * @throws Stop (exit 3) when there is too little
 */
export async function checkSpace(
  database: Found['database'],
  uploads: string[],
  root: string,
): Promise<number> {
  const cluster = await value(database, database.name, 'SELECT sum(pg_database_size(oid)) FROM pg_database')
  const answer = await read`folder=${root}; while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    df -B1 --output=avail "$folder" | tail -n 1; sudo du -sbc .git ${uploads} 2>/dev/null | tail -n 1 | cut -f1`.text()
  const [there = 0, files = 0] = answer.trim().split('\n').map(Number)
  const need = needed(Number(cluster), files)
  if (there < need.free)
    refuse(
      `${root} has ${bytes(there)} free, the backup needs about ${bytes(need.free)}`,
      'make room: tsx packages/backup/prune.ts, or set BACKUP_ROOT to a larger disk',
    )
  say(`  about ${bytes(need.expected)}, ${bytes(there)} free`)
  return need.expected
}
