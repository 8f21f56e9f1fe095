import { type Found, type Opened, read, run, server, until, waitForApp } from '@stories/shared'

/** A container as it is now, not as it was when the script began. */
export interface State {
  name: string
  /** `running`, `restarting`, `paused`, `exited`, `created`, `dead`; `missing` when there is no such container. */
  status: string
  exitCode: number
  restarts: number
  /** Why Docker could not start it. */
  error: string
  networks: { name: string; address: string; names: string[] }[]
}

interface Inspected {
  Name: string
  RestartCount: number
  State: { Status: string; ExitCode: number; Error: string }
  NetworkSettings: {
    Networks: Record<string, { IPAddress: string; Aliases: string[] | null; DNSNames?: string[] | null }>
  }
}

/** Looks at one container. */
export async function stateOf(name: string | undefined): Promise<State> {
  const answer = name ? await read`docker inspect --type container ${name} 2>/dev/null || true`.text() : ''
  return readState(name ?? '', answer)
}

/** Reads what `docker inspect` says of one container; an empty list when there is none. */
export function readState(name: string, answer: string): State {
  const [one] = JSON.parse(answer.trim() || '[]') as Inspected[]
  if (!one) return { name, status: 'missing', exitCode: 0, restarts: 0, error: '', networks: [] }
  return {
    name,
    status: one.State.Status,
    exitCode: one.State.ExitCode,
    restarts: one.RestartCount,
    error: one.State.Error,
    networks: Object.entries(one.NetworkSettings.Networks).map(
      ([network, { IPAddress, Aliases, DNSNames }]) => ({
        name: network,
        address: IPAddress,
        names: [...new Set([name, ...(Aliases ?? []), ...(DNSNames ?? [])])],
      }),
    ),
  }
}

/** The networks that two containers share. */
export const shared = (one: State, other: State) =>
  one.networks.filter(({ name }) => other.networks.some((network) => network.name === name))

/** A container and what is wrong with it, in words: `1001-stories-app is exited (1)`. */
export const words = ({ name, status, exitCode, error }: State) =>
  `${name} is ${status}${status === 'exited' ? ` (${exitCode})` : ''}${error ? `: ${error}` : ''}`

/** The status that the app gives on its container's own address, past nginx (E30); 0 when it gives none. */
export async function askApp(app: State, port: string, path: string): Promise<number> {
  const address =
    app.status === 'running' ? app.networks.find((network) => network.address)?.address : undefined
  if (!address) return 0
  return Number(
    await read`curl -s -o /dev/null -m 5 -w '%{http_code}' http://${address}:${port}${path} || true`.text(),
  )
}

/** Whether a database server takes connections: `pg_isready`, over TCP, as the app comes (E43). */
export async function accepts({ container, user }: Found['database']): Promise<boolean> {
  const answer =
    await read`docker exec ${container.name} pg_isready -q -h 127.0.0.1 -U ${user} -d postgres`.nothrow()
  return answer.exitCode === 0
}

/** Starts what is stopped, starts anew what hangs. The container stays the same one: nothing is recreated. */
export async function startAnew(name: string): Promise<void> {
  const { status } = await stateOf(name)
  if (status === 'paused') await server`docker unpause ${name}`
  else if (status === 'running' || status === 'restarting') await server`docker restart ${name}`
  else await server`docker start ${name}`
}

/** Starts the database's container. Differs from the plan (E43): not for 30 seconds, but until it takes connections. */
export async function startDatabase({ database, settings }: Opened): Promise<void> {
  await startAnew(database.container.name)
  if (run.dryRun) return
  await until('the database to take connections', Number(settings.READY_SECONDS), async () =>
    (await accepts(database)) ? true : undefined,
  )
}

/** Starts the app's container and waits until it is ready and healthy. */
export async function startApp({ found, settings, compose, app }: Opened): Promise<void> {
  if (found.app) await startAnew(found.app.name)
  else await server`${compose} up -d --no-deps --no-build ${app}`
  await waitForApp(found, settings)
}
