import type { Found } from './found.ts'
import { progress, say } from './log.ts'
import { applyConf } from './nginx.ts'
import { quote } from './quote.ts'
import { bash, read } from './server.ts'
import { run } from './step.ts'
import { until } from './until.ts'

/**
 * A bash text that defines `workers PATTERN`: the ids of the processes of this nginx whose title matches. Those of nginx in
 * a container are seen from the host too, and told apart by the space of processes that they live in.
 */
const WORKERS = ({
  nginx,
}: Found) => `master=${nginx.container ? `$(docker inspect --format '{{.State.Pid}}' ${quote(nginx.container.name)})` : 'self'}
space=$(sudo readlink "/proc/$master/ns/pid")
workers() { for id in $(pgrep -f "^nginx: worker process$1 *\\$" || true); do if [ "$(sudo readlink "/proc/$id/ns/pid" || true)" = "$space" ]; then echo "$id"; fi; done; }`

/** The ids that a look at nginx's workers printed. */
const ids = async (found: Found, pattern: string) =>
  (await read(bash(`${WORKERS(found)}\nworkers ${quote(pattern)}`)).text()).split('\n').filter(Boolean)

/** The ids of the workers that take new connections. */
export const workersOf = (found: Found) => ids(found, '')

/**
 * Writes a configuration, reloads nginx and waits until the new one is in force: `-s reload` only asks for it. Workers
 * with the old one take no new connections then; see {@link drain}.
 * @param workers those with the old one, when they are known
 */
export async function switchConf(found: Found, conf: string, workers?: string[]): Promise<void> {
  const before = workers ?? (await workersOf(found))
  await applyConf(found, conf)
  if (run.dryRun) return
  await until(
    'nginx to take the new configuration',
    20,
    async () => {
      const now = await workersOf(found)
      return now.length > 0 && !now.some((id) => before.includes(id)) ? true : undefined
    },
    50,
  )
}

/**
 * Waits until nobody is served the old way any more: no worker of nginx that has the old configuration, no connection into
 * the container. At the deadline it says how many there are, and comes back all the same.
 * @param container the one that is about to be stopped
 * @param port the port that its app listens on
 */
export async function drain(found: Found, container: string, port: string, seconds: number): Promise<void> {
  const hex = Number(port).toString(16).toUpperCase().padStart(4, '0')
  const look = async () => {
    const answer = await read(
      bash(`${WORKERS(found)}
workers ' is shutting down' | wc -l
pid=$(docker inspect --format '{{.State.Pid}}' ${quote(container)} 2>/dev/null || echo 0)
if [ "$pid" != 0 ]; then sudo cat "/proc/$pid/net/tcp" "/proc/$pid/net/tcp6" 2>/dev/null | awk '$4 == "01" && $2 ~ /:${hex}$/' | wc -l; else echo 0; fi`),
    ).text()
    const [workers = 0, connections = 0] = answer.trim().split('\n').map(Number)
    return { workers, connections }
  }
  const deadline = Date.now() + seconds * 1000
  const left = await until('the last answers of the old way', seconds + 5, async () => {
    const left = await look()
    progress(`${left.connections} connections, ${left.workers} workers of nginx still at it`)
    return left.workers + left.connections === 0 || Date.now() > deadline ? left : undefined
  })
  if (!run.dryRun && left.workers + left.connections > 0)
    say(`  after ${seconds} s ${left.connections} connections are still open: they end now`)
}
