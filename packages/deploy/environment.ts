/**
 * Environment Variables Preparation
 *
 * Before:      tsx packages/deploy/migration-check.ts
 * After:       tsx packages/deploy/prepare.ts
 * If it fails: nothing was touched; add what is missing to .env on the server, then run this again
 *
 * Usage: tsx packages/deploy/environment.ts [--json] [--verbose]
 */
import { checklist, entries, open, read } from '@stories/shared'
import { checkEnvironment, effectiveEnvironment } from './effective.ts'

const { settings, compose, app, database } = await open(import.meta.url, { release: 'none' })

// Differs from the plan (E11): what compose really gives the app counts, not what .env says alone.
const effective = effectiveEnvironment(await read`${compose} config`.text(), app)
const file = entries((await read`sudo cat .env`.text()).split('\n'))

const list = checklist()
for (const check of checkEnvironment({ ...file, ...effective }, Object.keys(file), {
  keys: settings.REQUIRED_KEYS.split(','),
  publicUrl: settings.PUBLIC_URL,
  databaseHosts: [database.service, database.container.name],
  databaseName: database.name,
})) {
  list.add(check)
}
await list.check('.env is closed to other users', async () => {
  const [mode = ''] = (await read`stat -c %a .env`.text()).trim().split('\n')
  if (!/[0-7]?[0-7]00$/.test(mode)) throw new Error(`its mode is ${mode}: chmod 600 .env`)
  return `mode ${mode}`
})
list.conclude(`edit ${settings.PROJECT_DIR}/.env on the server, then tsx packages/deploy/environment.ts`)
