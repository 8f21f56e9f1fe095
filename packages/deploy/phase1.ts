/**
 * Phase 1: Preparation
 *
 * Before:      tsx packages/deploy/prepare.ts
 * After:       tsx packages/deploy/phase2.ts
 * If it fails: nginx runs on its old configuration; run it again, or `tsx packages/rollback/immediate.ts`
 *
 * Usage: tsx packages/deploy/phase1.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--yes] [--json]
 */
import {
  applyConf,
  bash,
  closeSite,
  confirm,
  isClosed,
  newToken,
  open,
  pinCommand,
  precondition,
  quote,
  read,
  readConf,
  server,
  step,
  until,
  visit,
} from '@stories/shared'

const { settings, found, directory, release } = await open(import.meta.url, {
  release: 'newest',
  changes: true,
})
const host = new URL(settings.PUBLIC_URL).hostname

await step('1. Stand on a verified backup', async () => {
  const ready =
    await read`cd ${directory}; for file in verified.json proof.json target_commit.txt; do [ -e "$file" ] || echo "$file"; done`.text()
  const missing = ready.trim().split('\n').join(', ')
  precondition(
    !missing,
    `${directory} has no ${missing}`,
    'tsx packages/deploy/prepare.ts tells what is missing',
  )
  await confirm(`Close ${settings.PUBLIC_URL} for visitors?`)
  const pin = pinCommand(settings.BACKUP_ROOT, release)
  await server(bash(`touch ${quote(directory)}/in-progress; ${pin}`))
})

// Differs from the plan (E12): the page is written over stdin, never through a shell's quotes.
await step('2. Set maintenance mode', async () => {
  await server({
    input: newToken(),
  })`[ -s ${directory}/bypass-token ] || cat > ${directory}/bypass-token; sync ${directory}/bypass-token`
})

// Differs from the plan (E13): written in place, tested before the reload, for nginx on the host and in a container.
await step(
  '3. Configure nginx to show maintenance page',
  async () => {
    const token = (await server`cat ${directory}/bypass-token`).stdout.trim()
    await applyConf(found, closeSite(await readConf(found), host, token || newToken()))
  },
  { done: async () => isClosed(await readConf(found)) && 'the maintenance page is on already' },
)

await step('4. Visitors see the page', () =>
  until(
    'the maintenance page',
    10,
    async () => {
      const { status, headers } = await visit(settings, '/')
      return status === 503 && headers['retry-after'] ? true : undefined
    },
    50,
  ),
)
