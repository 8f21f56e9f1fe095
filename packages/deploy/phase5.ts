/**
 * Phase 5: Build and Deploy
 *
 * Before:      tsx packages/deploy/phase4.ts (the database is migrated)
 * After:       tsx packages/deploy/phase6.ts
 * If it fails: its last log lines are shown; `tsx packages/rollback/immediate.ts`
 *
 * Usage: tsx packages/deploy/phase5.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--json]
 */
import {
  imageOf,
  lastLog,
  nameAsBefore,
  open,
  putBack,
  read,
  reloadNginx,
  say,
  startApp,
  step,
  waitForApp,
} from '@stories/shared'

const { directory, settings, found, files } = await open(import.meta.url, {
  release: 'pinned',
  changes: true,
  files: true,
})
const { manifest, target } = files
const image = imageOf(target)

/** Asked while step 1 looks for the image. */
const called = nameAsBefore(manifest)
called.catch(() => {}) // step 2 says it

// Differs from the plan (E26): it was built before the maintenance window, from a clean tree of exactly this commit.
await step('1. Build new image', () => read`docker image inspect ${image} --format ok`)

let ready = false
await step('2. Start services', async () => {
  await startApp(found, settings, image, await called)
  ready = true
  await putBack(found.app?.name ?? '', `${directory}/deployment-files.tar`)
})

// Differs from the plan (E27): the log is read, not followed for ever.
await step('3. Check logs', async () => {
  const log = await lastLog(found.app?.name ?? found.appService, 40)
  const errors = log.split('\n').filter((line) => /\berror\b/i.test(line))
  if (errors.length > 0) say(`  ${errors.length} lines with an error:\n  ${errors.slice(0, 5).join('\n  ')}`)
})

await step('4. Wait for "Ready on http://localhost:3000"', async () => {
  if (!ready) await waitForApp(found, settings)
})

// Differs from the plan (E28): nginx in a container looks up the app's new address only when it is told to.
await step('5. Let nginx find the app', () => reloadNginx(found), {
  done: async () => !found.nginx.container && 'nginx on the host has it by its port',
})
