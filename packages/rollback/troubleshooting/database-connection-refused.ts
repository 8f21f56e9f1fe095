/**
 * Database Connection Refused
 *
 * Finds what keeps the app from its database: a stopped or hanging database, one that was fenced off by an interrupted
 * swap, a lost network, a wrong host in DATABASE_URL, or an app that has not noticed that its database is back.
 * Repairs only that. No data is touched.
 *
 * Before:      nothing; run it when the app's log says that connections are refused
 * After:       tsx packages/monitor/database.ts
 * If it fails: the database's log is shown; tsx packages/rollback/database-only.ts brings back the backup
 *
 * Usage: tsx packages/rollback/troubleshooting/database-connection-refused.ts [--dry-run] [--yes] [--json]
 */
import { lastLog, liftFences, open, refuse, reloadNginx, run, say, server, step } from '@stories/shared'
import { diagnose, type Fault, readSigns } from './connection.ts'
import { startApp, startDatabase } from './containers.ts'
import { type Repairs, repair, settled } from './repairs.ts'

const opened = await open(import.meta.url, { release: 'none', changes: true })
const { settings, found, app: service, database, marks } = opened
const container = database.container.name

const see = async () => diagnose(await readSigns(found, settings))
const first = await see()
// Differs from the plan (E42): the container is found by what it is; its service is not called db everywhere.
await step('1. Check database is running', async () => {
  say(`  ${first.says}`)
  if (first.fault !== 'stopped' && first.fault !== 'silent') return
  say((await lastLog(container, 8)).trimEnd().replace(/^/gm, '  '))
})

// ---- from here on the server changes ----------------------------------------------------------------------

const start = () => startDatabase(opened)
const repairs: Repairs<Fault> = {
  stopped: [`Start ${container}?`, start],
  silent: [`Restart ${container}?`, start],
}
const network = found.app?.networks[0]
if (network)
  repairs.network = [
    `Connect ${container} with ${network}?`,
    () => server`docker network connect --alias ${database.service || container} ${network} ${container}`,
  ]
// While a deployment stands unfinished the fence is its own, and it or the rollback lifts it.
if (!marks.unfinished)
  repairs.fenced = [`Let sessions into ${database.name} again?`, () => liftFences(database, [database.name])]

await step('2. Restart database', () => repair(first, see, repairs), {
  done: async () => (first.fault === 'none' || first.fault === 'app') && `${container} takes connections`,
})

// A deployment stops the app on purpose, and starts it again when the database is migrated.
const onPurpose = marks.unfinished && !found.app?.running
await step(
  '3. Restart app',
  async () => {
    // An app that finds its database again by itself needs no restart.
    const look = () => (found.app?.running ? settled('app', see) : see())
    const now = run.dryRun ? first : await look()
    // nginx is told of the address that the app may have got with it (E28).
    const restart = async () => {
      await startApp(opened)
      await reloadNginx(found)
    }
    const { fault, says } = await repair(now, see, { app: [`Restart the service ${service}?`, restart] })
    if (fault !== 'none' && !run.dryRun) refuse(says, 'tsx packages/rollback/immediate.ts')
  },
  {
    done: async () =>
      onPurpose ? 'a deployment has stopped it: phase5.ts starts it' : first.fault === 'none' && first.says,
  },
)
