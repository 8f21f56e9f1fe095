/**
 * Deployment Process: preparation before the window
 *
 * Everything that can be known or done before visitors see the maintenance page: go or no-go in one table.
 *
 * Before:      tsx packages/deploy/environment.ts
 * After:       tsx packages/deploy/phase1.ts
 * If it fails: nothing has changed for visitors; mend what the table says, then run this again
 *
 * Usage: tsx packages/deploy/prepare.ts [--backup-dir DIR] [--dry-run] [--yes] [--json]
 */
import {
  bash,
  certificateEnd,
  isClosed,
  keepCommand,
  open,
  read,
  readConf,
  refuse,
  say,
  server,
  step,
  table,
  visit,
} from '@stories/shared'
import {
  type Check,
  checkBackup,
  checkCertificate,
  checkDirty,
  checkPlaces,
  checkPort,
  checkProof,
  checkSite,
  checkSpace,
} from './checks.ts'
import { buildImage, findTarget, isBuilt } from './image.ts'
import type { Proof } from './migration/proof.ts'
import { freeBeside } from './migration/room.ts'
import { roomNeeded } from './migration/window.ts'

const opened = await open(import.meta.url, { release: 'newest', changes: true })
const { directory, settings, found, marks } = opened
const target = await findTarget(opened)

await step('1. Build the new image', () => buildImage(target, opened), {
  done: async () => (await isBuilt(target)) && `${target.image} is built already`,
})

await step('2. Go or no-go', async () => {
  const files =
    await read`cd ${directory}; cat verified.json 2>/dev/null || echo '{}'; echo @@; cat proof.json 2>/dev/null || echo '{}'; echo @@; cat manifest.json; echo @@; date +%s
    echo @@; sudo ss -ltnpH ${`sport = :${found.appPublished ?? 0}`} 2>/dev/null || true`.text()
  const [verified = '{}', proof = '{}', manifest = '{}', clock = '', listening = ''] = files.split('@@\n')
  const now = Number(clock)
  const { room } = JSON.parse(proof) as Partial<Proof>
  const [home, certificate, free] = await Promise.all([
    visit(settings, '/'),
    certificateEnd(settings),
    freeBeside(opened.database),
  ])
  const checks: Check[] = [
    checkBackup(JSON.parse(verified), JSON.parse(manifest), now, Number(settings.MAX_BACKUP_AGE)),
    checkProof(JSON.parse(proof), target.commit),
    checkDirty(found.dirty, settings.LOCAL_CHANGES),
    checkSpace(free, room ?? roomNeeded(JSON.parse(manifest).database.bytes)),
    checkSite(home),
    checkCertificate(certificate, settings.PUBLIC_URL.startsWith('https:'), now),
    checkPort(found.appPublished, listening.trim()),
    {
      what: 'nginx is open',
      ok: !isClosed(await readConf(found)) || marks.unfinished,
      says: found.nginx.conf,
    },
    ...checkPlaces(found, settings, target),
  ]
  for (const line of table(checks.map(({ ok, what, says }) => [ok ? 'go' : 'NO', what, says])))
    say(`  ${line}`)
  const wrong = checks.filter(({ ok }) => !ok)
  if (wrong.length > 0)
    refuse(`No go: ${wrong.map(({ what, says }) => `${what} (${says})`).join('; ')}`, wrong[0]?.next)
})

await step('3. Keep what the deployment holds to', () =>
  server({ input: `${target.commit}\n` })(bash(keepCommand(`${directory}/target_commit.txt`))),
)
