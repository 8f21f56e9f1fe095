/**
 * Nginx 502 Bad Gateway
 *
 * Finds the link that is broken between a visitor and the app, and repairs only that one: a stopped app is started, one
 * that does not answer is restarted, an nginx that asks at the app's old address is reloaded. Nothing else is touched; one
 * that leads to the app beside, of a deployment without a window, is only named.
 *
 * Before:      nothing; run it when visitors get 502
 * After:       tsx packages/monitor/functional.ts
 * If it fails: it says which link; the app's log is shown. tsx packages/rollback/immediate.ts is the way back
 *
 * Usage: tsx packages/rollback/troubleshooting/bad-gateway.ts [--dry-run] [--yes] [--json]
 */
import { lastLog, open, refuse, reloadNginx, run, say, server, step } from '@stories/shared'
import { startAnew, startApp } from './containers.ts'
import { diagnose, type Fault, readSigns } from './gateway.ts'
import { type Repairs, repair } from './repairs.ts'

const opened = await open(import.meta.url, { release: 'none', changes: true })
const { settings, found, app: service } = opened
const proxy = found.nginx.container

const see = async () => diagnose(await readSigns(found, settings))
const first = await see()
await step('1. Check app is running', () => say(`  ${first.says}`))

await step('2. Check app logs', async () =>
  say((await lastLog(found.app?.name ?? service, 8)).trimEnd().replace(/^/gm, '  ')),
)

// ---- from here on the server changes ----------------------------------------------------------------------

const start = () => startApp(opened)

// Differs from the plan (E28): restarting everything takes the database down too and may leave nginx at an old address.
const repairs: Repairs<Fault> = {
  'app down': [`Start the service ${service}?`, start],
  'app silent': [`Restart the service ${service}?`, start],
  'nginx down': proxy
    ? [`Start ${proxy.name}?`, () => startAnew(proxy.name)]
    : ['Start nginx?', () => server`sudo systemctl start nginx`],
  'old address': ['Reload nginx, so that it looks up the app again?', () => reloadNginx(found)],
}
const network = found.app?.networks[0]
if (proxy && network)
  repairs.network = [
    `Connect ${proxy.name} with ${network}?`,
    () => server`docker network connect --alias ${proxy.service} ${network} ${proxy.name}`,
  ]

await step(
  '3. Restart what is broken',
  async () => {
    const { fault, says } = await repair(first, see, repairs)
    if (fault !== 'none' && !run.dryRun) refuse(says, 'tsx packages/rollback/immediate.ts')
  },
  { done: async () => first.fault === 'none' && first.says },
)
