/**
 * Deployment without a window
 *
 * For a migration that is proven additive, and refused for any other: the live database is migrated where it stands, the
 * new app starts beside the old one, nginx leads visitors to it, the old one is drained and replaced, nginx leads back.
 *
 * Before:      tsx packages/deploy/prepare.ts
 * After:       tsx packages/monitor/functional.ts
 * If it fails: visitors have the site meanwhile; run it again, or `tsx packages/rollback/immediate.ts`
 *
 * Usage: tsx packages/deploy/without-window.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--yes] [--json]
 */
import {
  besideOf,
  isAt,
  leadsBeside,
  open,
  readConf,
  removeBeside,
  server,
  startApp,
  step,
  stopApp,
} from '@stories/shared'
import { findTarget } from './image.ts'
import { migrateInPlace } from './online/in-place.ts'
import { decide, empty, leadHome, leadOver, lookAt, runBeside, standOn, updateCode } from './online/online.ts'

const opened = await open(import.meta.url, { release: 'newest', changes: true, files: true })
const { directory, settings, found, files } = opened
const target = await findTarget(opened, files.target)
const standing = await lookAt(opened, files, target)
const { begun, migrated, replaced, names } = standing
const isLed = async () => leadsBeside(await readConf(found))
const isBeside = async () => (await besideOf(found, settings)) !== undefined

const unless = (is: boolean, why: string) => ({ done: async () => is && why })
const early = unless(begun, `it stands on ${directory} already`)
const over = unless(replaced, 'the new app is in its place already')

await step('1. Decide that it needs no window', () => decide(opened, target, standing), early)

await step('2. Stand on a verified backup', () => standOn(opened), early)

// ---- from here on the server changes; visitors notice nothing of it ------------------------------------------

const done = unless(migrated, 'it is what the new code wants')
await step('3. Migrate the database where it stands', () => migrateInPlace(opened, target, standing), done)

const there = unless(await isAt(found, target.commit), `the code is at ${target.commit.slice(0, 10)}`)
await step('4. Update the code', () => updateCode(opened, target), there)

await step('5. Start the new app beside the old one', () => runBeside(opened, target), over)

// The first switch: the new app cannot have the old one's name and port while that is still needed.
await step('6. Lead visitors to it', () => leadOver(opened), over)

await step(
  '7. Stop the old app, once it serves nobody',
  async () => {
    await empty(opened, names.service, names.beside)
    await stopApp(found)
  },
  unless(replaced || !found.app?.running, 'it is stopped'),
)

await step('8. Start the new app in its place', () => startApp(found, settings, target.image), over)

// The second: all is then as a deployment with a window leaves it, nginx's file to the byte.
await step('9. Lead visitors back', () => leadHome(opened, names.service), {
  done: async () => !(await isLed()) && !(await isBeside()) && 'nginx has its own configuration',
})

await step(
  '10. Remove the app beside',
  async () => {
    await empty(opened, names.beside, names.service)
    await removeBeside()
  },
  { done: async () => !(await isBeside()) && 'there is none' },
)

await step(
  '11. The deployment is finished',
  () => server`rm -f ${directory}/in-progress ${directory}/without-window; sync ${directory}`,
)
