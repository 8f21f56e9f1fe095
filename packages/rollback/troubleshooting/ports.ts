import { type Found, read } from '@stories/shared'

/** A port of the server that a container of the platform publishes. */
export interface Wanted {
  port: string
  container: string
  running: boolean
}

/** Who listens on a port. */
export interface Holder {
  kind: 'container' | 'unit' | 'process'
  /** The container's name, the systemd unit, or the process's own name. */
  name: string
  pid: number
}

/** A port that somebody else holds. */
export interface Conflict extends Wanted {
  holder: Holder
}

/** What keeps the server itself reachable and running: never stopped for a port. */
const VITAL = /^(systemd|init|sshd?|ssh\.service|sshd\.service|dockerd|docker\.service|containerd.*|boot)$/

/** The ports that the platform's containers publish, running or not. */
export async function wantedPorts(found: Found): Promise<Wanted[]> {
  const format =
    '{{.Name}} {{.State.Running}}{{range $port, $to := .HostConfig.PortBindings}}{{range $to}} {{.HostPort}}{{end}}{{end}}'
  const answer =
    await read`docker ps -aq --filter label=com.docker.compose.project=${found.project} --filter label=com.docker.compose.oneoff=False | xargs -r docker inspect -f ${format}`.text()
  return readWanted(answer)
}

/** Reads lines of `/name running port port`; a port that is bound to two addresses counts once. */
export function readWanted(answer: string): Wanted[] {
  return answer
    .split('\n')
    .filter(Boolean)
    .flatMap((line) => {
      const [name = '', running, ...ports] = line.split(' ')
      return [...new Set(ports)].map((port) => ({
        port,
        container: name.replace(/^\//, ''),
        running: running === 'true',
      }))
    })
}

/** Who holds these ports: containers by Docker's own list, then processes by their sockets. */
export async function holdersOf(ports: string[]): Promise<Map<string, Holder>> {
  const holders = new Map<string, Holder>()
  for (const port of ports) {
    const name = (await read`docker ps --filter publish=${port} --format '{{.Names}}'`.text())
      .trim()
      .split('\n')[0]
    if (name) holders.set(port, { kind: 'container', name, pid: 0 })
    else {
      const [pid, process] = readListener(await read`sudo ss -Hltnp ${`sport = :${port}`}`.text()) ?? []
      if (pid && process)
        holders.set(port, readHolder(pid, process, await read`cat /proc/${pid}/cgroup`.text()))
    }
  }
  return holders
}

/** The process id and name of the first listener that `ss -ltnp` shows; undefined when nobody listens. */
export function readListener(answer: string): [pid: number, name: string] | undefined {
  const [, name, pid] = /users:\(\("([^"]+)",pid=(\d+)/.exec(answer) ?? []
  return name && pid ? [Number(pid), name] : undefined
}

/** A process as an operator stops it: by its systemd unit when it belongs to one. */
export function readHolder(pid: number, name: string, cgroup: string): Holder {
  const unit = /\/system\.slice\/(?:[^/\n]+\/)*?([\w@.-]+\.service)/.exec(cgroup)?.[1]
  return unit ? { kind: 'unit', name: unit, pid } : { kind: 'process', name, pid }
}

/** The ports that somebody else than the container that wants them holds. */
export function conflictsOf(wanted: Wanted[], holders: Map<string, Holder>): Conflict[] {
  return wanted.flatMap((one) => {
    const holder = holders.get(one.port)
    return holder && !(holder.kind === 'container' && holder.name === one.container)
      ? [{ ...one, holder }]
      : []
  })
}

/** Why a holder must not be stopped; undefined when it may. */
export const vital = ({ name }: Holder) =>
  VITAL.test(name) ? `${name} keeps this server itself running` : undefined

/** `container stories-old`, `nginx.service (process 812)`, `node (process 4711)`. */
export const holderName = ({ kind, name, pid }: Holder) =>
  kind === 'container' ? `the container ${name}` : `${name} (process ${pid})`
