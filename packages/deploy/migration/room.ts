import { bytes, type Found, read } from '@stories/shared'

/** Bytes that are free where the database's files lie: there phase 4 makes its copy. */
export async function freeBeside({ container, data }: Found['database']): Promise<number> {
  const volume = container.mounts.find(({ Destination }) => `${data}/`.startsWith(`${Destination}/`))?.Source
  const df = volume ? ['sudo', 'df', '-Pk', volume] : ['docker', 'exec', container.name, 'df', '-Pk', data]
  return Number(await read`${df} | awk 'NR == 2 { print $4 }'`.text()) * 1024
}

/** Says that there is no room for the copy that phase 4 makes; undefined when there is. */
export const noRoom = (free: number, needed: number): string | undefined =>
  free >= needed
    ? undefined
    : `no room for a copy of the database: ${bytes(needed)} needed where its files lie, ${bytes(free)} free`

/** What to do about it. Nothing is migrated in place: a copy is what keeps the old database whole. */
export const ROOM_NEXT =
  'tsx packages/rollback/troubleshooting/no-space-left.ts, or a larger disk (a Lightsail snapshot becomes a larger instance), then again'
