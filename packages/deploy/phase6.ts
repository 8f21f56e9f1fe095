/**
 * Phase 6: Verification
 *
 * Before:      tsx packages/deploy/phase5.ts (the new app is up behind the maintenance page)
 * After:       tsx packages/monitor/functional.ts
 * If it fails: visitors still see the page; `tsx packages/rollback/immediate.ts`
 *
 * Usage: tsx packages/deploy/phase6.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--json]
 */
import {
  BYPASS_HEADER,
  isClosed,
  namesOf,
  open,
  openSite,
  readConf,
  refuse,
  run,
  say,
  server,
  standingOf,
  step,
  switchConf,
  until,
  visit,
  workersOf,
} from '@stories/shared'

const { directory, release, settings, found, database, files } = await open(import.meta.url, {
  release: 'pinned',
  changes: true,
  files: true,
})
const headers = { [BYPASS_HEADER]: files.token }
const paths = [settings.HEALTH_PATH, settings.DATABASE_HEALTH_PATH, settings.SAMPLE_FILE]

// All that the steps want to know is asked at once; the step whose answer it is says what is wrong with it.
const standing = standingOf(database, namesOf(database.name, release), release)
const conf = readConf(found)
const workers = workersOf(found)
for (const asked of [standing, conf, workers]) asked.catch(() => {})
const visits = new Map(paths.map((path) => [path, visit(settings, path, { headers })]))

/** Differs from the plan (E29, E30, E32): status, body and time, through nginx with the one-time word, before the page is off. */
async function expect(path: string, type?: RegExp): Promise<void> {
  const answer = await visits.get(path)
  if (run.dryRun || !answer) return
  const wrong =
    answer.status !== 200
      ? (answer.error ?? `status ${answer.status}`)
      : type && !type.test(String(answer.headers['content-type']))
        ? `content type ${answer.headers['content-type']}`
        : ''
  if (wrong) refuse(`${settings.PUBLIC_URL}${path}: ${wrong} behind the maintenance page`)
  say(`  ${path} 200 in ${Math.round(answer.ms)} ms`)
}

await step('1. Test health endpoint', async () => {
  await expect(settings.HEALTH_PATH)
  await expect(settings.DATABASE_HEALTH_PATH)
})

// Differs from the plan (E31): nothing is pulled over the schema file; phase 4 has proven that schema and code agree.
await step('2. Check database connectivity', async () => {
  const { swapped } = await standing
  if (!swapped && !run.dryRun)
    refuse(`${database.name} is still the old database`, 'tsx packages/deploy/phase4.ts')
})

await step('3. Verify uploaded files are accessible', () =>
  expect(settings.SAMPLE_FILE, /pdf|octet-stream|image|epub/),
)

await step('4. Remove maintenance mode', async () => switchConf(found, openSite(await conf), await workers), {
  done: async () => !isClosed(await conf) && 'the site is open',
})

await step('5. Test production URL', async () => {
  if (run.dryRun) return
  await until('the site to answer visitors', 15, async () =>
    (await visit(settings, '/')).status === 200 ? true : undefined,
  )
})

await step(
  '6. The deployment is finished',
  () => server`rm -f ${directory}/in-progress ${directory}/bypass-token; sync ${directory}`,
)
