/**
 * Success Criteria
 *
 * The plan's seven criteria as one table: the deployment is successful when all hold.
 *
 * Before:      tsx packages/monitor/first-24-hours.ts, or at the earliest 30 minutes after packages/deploy/phase6.ts
 * After:       tsx packages/backup/prune.ts, when old backups may go
 * If it fails: see what the table names; tsx packages/rollback/immediate.ts is the way back
 *
 * Usage: tsx packages/monitor/success-criteria.ts [--dry-run] [--json]
 */
import { checklist, open, read, refuse, visit } from '@stories/shared'
import { orphans, shopGone, validity } from './integrity.ts'
import { dashboard, signIn } from './login.ts'
import { appLog } from './logs.ts'
import { memorySamples, responseTimes } from './measure.ts'
import { esl, homepage, stories, theme } from './pages.ts'
import { quiet } from './quiet.ts'
import { appState, serverTime } from './resources.ts'
import { newRoles, readSchema, roles, tokenVersion } from './schema.ts'
import { uploads } from './uploads.ts'
import { visitor } from './visitor.ts'
import { memoryTrend, readRounds } from './watch.ts'

const { settings, found, database, directory } = await open(import.meta.url, { release: 'pinned' })
const site = visitor(settings)
const member = visitor(settings)
const app = await appState(found.app?.name)
const list = checklist()

await list.check('All pages load without errors', async () => {
  for (const page of [homepage, stories, esl, theme]) await page(site, settings)
  return 'homepage, stories, ESL, theme'
})

await list.check('Users can log in and access dashboards', async () => {
  const session = await signIn(member, settings)
  return `${session.says}; ${await dashboard(site, member, session, settings.DASHBOARD_PATH)}`
})

await list.check('Database queries execute successfully', async () => {
  const health = await visit(settings, settings.DATABASE_HEALTH_PATH)
  if (health.status !== 200)
    refuse(`${settings.DATABASE_HEALTH_PATH} answers ${health.status || health.error}`)
  const schema = await readSchema(database, settings)
  for (const question of [tokenVersion, roles, newRoles, orphans, shopGone, validity]) await question(schema)
  return 'the app reaches its database; schema, roles, authors, constraints are right'
})

await list.check('Uploaded files are accessible', () => uploads(site, settings))

const minutes = Number(settings.QUIET_MINUTES)
await list.check(`No critical errors in logs for ${minutes} minutes`, async () => {
  const now = await serverTime()
  const since = Math.floor(Math.max(now - minutes * 60, app.startedAt))
  if (!found.app || app.status === 'missing') refuse('the app has no container')
  const { ok, says } = quiet(app, await appLog(found.app.name, since), now, minutes)
  return ok ? says : refuse(says)
})

await list.check(`Response times are acceptable (< ${settings.MAX_RESPONSE_MS}ms)`, async () => {
  const { ms, fault } = await responseTimes(settings)
  if (ms === null || ms >= Number(settings.MAX_RESPONSE_MS))
    refuse(fault ?? `the median is ${ms?.toFixed()} ms`)
  return `the homepage takes ${ms.toFixed()} ms`
})

await list.check('Memory usage is stable', async () => {
  const kept = readRounds(await read`cat ${directory}/monitoring.jsonl 2>/dev/null || true`.text())
    .map(({ sample }) => sample)
    .filter(({ at }) => Date.parse(at) / 1000 > app.startedAt)
  const samples = kept.length > 2 ? kept : await memorySamples(found, 4, 5)
  const { stable, says } = memoryTrend(samples, Number(settings.MAX_MEMORY_PERCENT))
  return stable ? says : refuse(says)
})

list.conclude(
  'run it again when what the table names is settled; tsx packages/rollback/immediate.ts is the way back',
)
