/**
 * Emergency Contacts
 *
 * For when a deployment failed and rolling back did not work. Says in the plan's order what can still be done, each with
 * its command, and changes nothing. With --restore COPY it brings the site up on an EMPTY machine (SERVER_HOST) from a
 * copy that was fetched earlier, and from nothing else.
 *
 * Before:      tsx packages/rollback/immediate.ts, which did not work
 * After:       tsx packages/monitor/functional.ts, and the site's name to the new machine's address
 * If it fails: empty that machine and run it again; the copy is untouched
 *
 * Usage: tsx packages/rollback/emergency.ts [--restore COPY] [--yes] [--dry-run] [--json]
 */
import { confirm, lock, lookAround, open, putBack, run, say, server, step, waitForApp } from '@stories/shared'
import { checkSite } from './emergency/answers.ts'
import { openCopy, sendCopy } from './emergency/copy.ts'
import { checkMachine } from './emergency/machine.ts'
import { showOptions } from './emergency/options.ts'
import * as rebuild from './emergency/rebuild.ts'

const { settings, flags } = await open(import.meta.url, {
  anywhere: true,
  flags: { restore: { type: 'string' } },
})
const given = flags.more['restore']
if (typeof given !== 'string') {
  await showOptions(settings)
  process.exit(0)
}

const copy = (await step('1. The copy is what was backed up', () => openCopy(settings, given)))!
const { manifest } = copy
const directory = `${settings.BACKUP_ROOT}/${manifest.release}`

const compose = (await step('2. The machine is empty and has what the site needs', async () => {
  say(`  ${settings.SERVER_HOST} gets the site of ${manifest.taken}, commit ${manifest.code.commit}`)
  return checkMachine(settings, manifest)
}))!
await confirm(`Bring it up in ${settings.PROJECT_DIR} on ${settings.SERVER_HOST}?`)
if (!flags.dryRun) await lock(settings.BACKUP_ROOT, run.script, Number(settings.LOCK_SECONDS))

await step('3. Send the copy there', async () => {
  await sendCopy(settings, copy, directory)
  copy.close()
  run.directory = directory
})

await step('4. Restore code, environment and uploads', async () => {
  await rebuild.restoreCode(settings, manifest, directory)
  await rebuild.restoreUploads(manifest, directory)
})

await step('5. Restore the database, every row compared', () =>
  rebuild.restoreDatabase(compose, manifest, directory),
)

await step('6. Bring the image of the app', () => rebuild.restoreImage(compose, manifest, directory))

await step('7. Restore nginx and start the site', async () => {
  await rebuild.restoreNginx(manifest, directory)
  await server`${compose} up -d`
  if (flags.dryRun) return
  const found = await lookAround(settings)
  await waitForApp(found, settings)
  if (found.app) await putBack(found.app.name, `${directory}/container-files.tar`)
})

await step('8. The site answers, and every upload is there', () => checkSite(settings, manifest))
