/**
 * Phase 3: Update Code
 *
 * Before:      tsx packages/deploy/phase2.ts (the app is stopped)
 * After:       tsx packages/deploy/phase4.ts
 * If it fails: run it again, or `tsx packages/rollback/immediate.ts`
 *
 * Usage: tsx packages/deploy/phase3.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--json]
 */
import {
  checkout,
  handConfToGit,
  isAt,
  keepEnv,
  localChanges,
  missingUploads,
  open,
  precondition,
  putEnvBack,
  read,
  reapply,
  refuse,
  restoreUploads,
  run,
  say,
  server,
  setChangesAside,
  step,
  takeConfBack,
} from '@stories/shared'

const opened = await open(import.meta.url, { release: 'pinned', changes: true, files: true })
const { directory, settings, found } = opened
const { manifest, target, token } = opened.files
precondition(target !== '', `${directory} names no commit to deploy`, 'tsx packages/deploy/prepare.ts')
precondition(
  !found.app?.running || found.head === target,
  'The app still runs',
  'tsx packages/deploy/phase2.ts',
)
const patch = `${directory}/local-changes-phase3.patch`

// Differs from the plan (E15): nothing is swallowed: a patch is kept, and LOCAL_CHANGES says what becomes of it.
await step('1. Stash any local changes', async () => {
  const [, all] = await Promise.all([keepEnv(directory), handConfToGit(found, settings).then(localChanges)])
  // In a dry run nginx's own file still carries the maintenance page.
  const ours = (line: string) => run.dryRun && found.nginx.conf.endsWith(line.slice(3))
  const changes = all.filter((line) => !ours(line))
  if (changes.length === 0 || found.head === target) return
  if (settings.LOCAL_CHANGES === 'refuse')
    refuse(
      `There are local changes:\n${changes.join('\n')}`,
      'set LOCAL_CHANGES=set-aside or LOCAL_CHANGES=reapply',
    )
  await setChangesAside(patch)
})

// What prepare.ts has fetched is there: while visitors wait, the origin is not asked.
const commit = `${target}^{commit}`
await step(
  '2. Fetch latest changes',
  () => server`git cat-file -e ${commit} 2>/dev/null || git fetch --quiet origin; git cat-file -e ${commit}`,
)

await step(`3. Checkout ${settings.TARGET_BRANCH}`, () => checkout(settings.TARGET_BRANCH, target), {
  done: async () => (await isAt(found, target)) && `the code is at ${target.slice(0, 10)}`,
})

// Differs from the plan (E14, E16): .env and uploads are touched only where the checkout changed them.
await step('4. Restore production files', async () => {
  if (settings.LOCAL_CHANGES === 'reapply') await reapply(patch)
  await Promise.all([
    putEnvBack(directory),
    restoreUploads(directory, manifest.uploads, manifest.code.commit, target),
  ])
  await takeConfBack(found, settings, token)
})

// Differs from the plan (E17): names of keys, never a value.
await step('5. Verify critical files', async () => {
  const names = read`sudo sed -nE 's/^(export )?([A-Za-z_][A-Za-z0-9_]*)=.*/\\2/p' .env`.text()
  const [missing, lines] = await Promise.all([missingUploads(directory, manifest.uploads), names])
  if (missing.length > 0)
    refuse(`${missing.length} uploads of the backup are gone: ${missing.slice(0, 5).join(', ')}`)
  const keys = lines.trim().split('\n')
  if (!keys.includes('DATABASE_URL')) refuse('.env has no DATABASE_URL')
  say(
    `  ${manifest.uploads.map(({ path, files }) => `${path}: ${files} files`).join(', ')}; .env has ${keys.length} keys`,
  )
})
