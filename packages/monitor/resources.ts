import { type Found, query, read, type Settings } from '@stories/shared'

/** The app's container as it is now. */
export interface AppState {
  status: string
  restarts: number
  outOfMemory: boolean
  /** Seconds since 1970. */
  startedAt: number
}

/** The server's clock, in seconds since 1970. Ours may differ. */
export const serverTime = async () => Number(await read`date +%s`.text())

export async function appState(name: string | undefined): Promise<AppState> {
  const answer = name
    ? await read`docker inspect -f '{{.State.Status}} {{.RestartCount}} {{.State.OOMKilled}} {{.State.StartedAt}}' ${name} 2>/dev/null || true`.text()
    : ''
  const [status = '', restarts, outOfMemory, startedAt = ''] = answer.trim().split(' ')
  return {
    status: status || 'missing',
    restarts: Number(restarts ?? 0),
    outOfMemory: outOfMemory === 'true',
    startedAt: Date.parse(startedAt) / 1000 || 0,
  }
}

/** Memory in use: of the server in percent, and of each running container in bytes and in percent of what it may have. */
export interface Memory {
  /** The server's, or a container's when it is nearer to its own limit. */
  percent: number
  containers: { name: string; bytes: number; percent: number }[]
}

export async function memory(): Promise<Memory> {
  const [stats, host] = await Promise.all([
    read`docker stats --no-stream --format '{{.Name}}\t{{.MemUsage}}\t{{.MemPerc}}'`.text(),
    read`grep -E '^Mem(Total|Available):' /proc/meminfo`.text(),
  ])
  return readMemory(stats, host)
}

/** Reads `docker stats` and /proc/meminfo. */
export function readMemory(stats: string, host: string): Memory {
  const kilobytes = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+)`, 'm').exec(host)?.[1])
  const server = 100 * (1 - kilobytes('MemAvailable') / kilobytes('MemTotal'))
  const containers = stats
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', usage = '', percent = ''] = line.split('\t')
      return { name, bytes: readSize(usage.split(' / ')[0] ?? ''), percent: Number.parseFloat(percent) || 0 }
    })
  return { percent: Math.max(server, ...containers.map(({ percent }) => percent)), containers }
}

/** `17.14MiB` as Docker writes it, in bytes. */
export function readSize(text: string): number {
  const [, count = '0', unit = ''] = /^([\d.]+)\s*([kKMGT]?)i?B$/.exec(text.trim()) ?? []
  return Math.round(Number(count) * 1024 ** ' KMGT'.indexOf(unit.toUpperCase() || ' '))
}

/** A file system that the platform writes to; percent of its space or of its inodes, whichever is fuller. */
export interface Disk {
  mount: string
  percent: number
  free: number
}

/** The file systems of the project, the backups and Docker's own data. */
export async function disks(settings: Settings): Promise<Disk[]> {
  const answer = await read`root=$(docker info -f '{{.DockerRootDir}}')
    for path in / ${settings.PROJECT_DIR} ${settings.BACKUP_ROOT} "$root"; do
      df -B1 --output=target,pcent,ipcent,avail "$path" 2>/dev/null | tail -n +2 || true
    done`.text()
  return readDisks(answer)
}

/** Reads lines of `df --output=target,pcent,ipcent,avail`; a file system named twice counts once. */
export function readDisks(answer: string): Disk[] {
  const found = new Map<string, Disk>()
  for (const line of answer.split('\n')) {
    const [, mount, space = '', inodes = '', free] = /^(.+?)\s+(\S+)\s+(\S+)\s+(\d+)$/.exec(line) ?? []
    if (!mount) continue
    // A file system without inodes of its own shows a dash for them.
    const percent = Math.max(Number.parseFloat(space) || 0, Number.parseFloat(inodes) || 0)
    found.set(mount, { mount, percent, free: Number(free) })
  }
  return [...found.values()].sort((a, b) => b.percent - a.percent)
}

/** Who is connected to the database server. */
export interface Connections {
  all: number
  active: number
  max: number
}

export async function connections(database: Found['database']): Promise<Connections> {
  // pg_stat_activity also lists Postgres's own workers, and this question itself.
  const [[all, active, max] = []] = await query(
    database,
    database.name,
    `SELECT count(*), count(*) FILTER (WHERE state = 'active'), current_setting('max_connections')
     FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()`,
  )
  return { all: Number(all), active: Number(active), max: Number(max) }
}
