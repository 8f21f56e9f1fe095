/**
 * App Won't Start: "Port already in use"
 *
 * Finds who holds a port that a container of the platform publishes, and stops that one alone: a container, a systemd
 * unit or a process. Then starts the containers that could not start.
 *
 * Before:      nothing; run it when Docker says that a port is already allocated
 * After:       tsx packages/monitor/functional.ts
 * If it fails: the holder is named; stop it by hand, then run this again
 *
 * Usage: tsx packages/rollback/troubleshooting/port-already-in-use.ts [--dry-run] [--yes] [--json]
 */
import {
  confirm,
  open,
  read,
  refuse,
  reloadNginx,
  run,
  say,
  server,
  step,
  table,
  until,
} from '@stories/shared'
import { startApp } from './containers.ts'
import { type Conflict, conflictsOf, holderName, holdersOf, vital, wantedPorts } from './ports.ts'

const opened = await open(import.meta.url, { release: 'none', changes: true })
const { found, marks } = opened

const wanted = await wantedPorts(found)
const conflicts = conflictsOf(wanted, await holdersOf(wanted.map(({ port }) => port)))
const waiting = wanted.filter(({ running }) => !running)

// Differs from the plan (E41): not every container of the host is stopped, only who holds a port of ours.
await step('1. Find who holds the port', async () => {
  const rows = wanted.map(({ port, container, running }) => {
    const other = conflicts.find((one) => one.port === port)
    return [port, container, other ? `held by ${holderName(other.holder)}` : running ? 'its own' : 'free']
  })
  for (const line of table([['port', 'wanted by', 'held'], ...rows])) say(`  ${line}`)
  for (const { holder } of conflicts.filter(({ holder }) => holder.kind !== 'container'))
    say((await read`ps -o pid,user,lstart,args -p ${holder.pid}`.text()).trimEnd().replace(/^/gm, '  '))
})

// ---- from here on the server changes ----------------------------------------------------------------------

async function free({ port, container, holder }: Conflict): Promise<void> {
  const reason = vital(holder)
  if (reason) refuse(`${holderName(holder)} holds port ${port}: ${reason}`, `change the port of ${container}`)
  await confirm(`Stop ${holderName(holder)}, which holds port ${port} of ${container}?`)
  if (holder.kind === 'container') await server`docker stop ${holder.name}`
  else if (holder.kind === 'unit') await server`sudo systemctl stop ${holder.name}`
  else await server`sudo kill ${holder.pid}`
  if (run.dryRun) return
  await until(`port ${port} to be free`, 15, async () =>
    (await holdersOf([port])).size === 0 ? true : undefined,
  )
}

await step(
  '2. Stop who holds it',
  async () => {
    for (const conflict of conflicts) await free(conflict)
  },
  { done: async () => conflicts.length === 0 && 'nobody else holds a port of ours' },
)

// nginx finds the app only when it runs, so the app comes first. While a deployment has it stopped, phase5.ts starts it.
const others = waiting.filter(({ container }) => container !== found.app?.name)
const startsApp = others.length < waiting.length && !marks.unfinished
await step(
  '3. Start what could not start',
  async () => {
    if (startsApp) await startApp(opened)
    for (const { container } of others) await server`docker start ${container}`
    if (startsApp && others.length === 0) await reloadNginx(found)
  },
  { done: async () => !startsApp && others.length === 0 && 'every container that publishes a port runs' },
)
