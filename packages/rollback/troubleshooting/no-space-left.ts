/**
 * Docker Build Fails: "No space left"
 *
 * Frees what nothing needs: the build cache, what failed builds left behind, images without a name, and the old lines of container logs. Never a volume,
 * never an image that a container uses or that a rollback starts from. Says how much was free before and after.
 *   --log-megabytes N   logs above this size are cut to their last lines (50)
 *
 * Before:      nothing; run it when a build or a backup says that no space is left
 * After:       what failed, again; if it is not enough: tsx packages/backup/prune.ts removes old backups
 * If it fails: nothing that is needed was touched; the table says what else takes space
 *
 * Usage: tsx packages/rollback/troubleshooting/no-space-left.ts [--log-megabytes N] [--dry-run] [--yes] [--json]
 */
import { bytes, confirm, misuse, open, print, read, run, say, server, step, table } from '@stories/shared'
import { readSpace } from './space.ts'

const KEPT_LINES = 2000

const { found, flags } = await open(import.meta.url, {
  release: 'none',
  changes: true,
  flags: { 'log-megabytes': { type: 'string' } },
})
const limit = flags.more['log-megabytes'] ?? '50'
if (!/^\d+$/.test(String(limit)))
  misuse(`--log-megabytes: ${limit} is not a number, for example --log-megabytes 50`)
const before = await readSpace(found, Number(limit) * 1024 ** 2)
const sum = (some: { bytes: number }[]) => some.reduce((total, one) => total + one.bytes, 0)
const nothing = before.cache + before.images.length + before.remains.length + before.logs.length === 0

await step('1. Look at what takes space', async () => {
  for (const line of table([
    ['build cache', bytes(before.cache)],
    [`${before.remains.length} containers of failed builds`, bytes(sum(before.remains))],
    [`${before.images.length} images without a name, unused`, `at most ${bytes(sum(before.images))}`],
    ...before.logs.map((log) => [`log of ${log.container}`, bytes(log.bytes)]),
  ]))
    say(`  ${line}`)
  say((await read`docker system df`.text()).trimEnd().replace(/^/gm, '  '))
  if (!nothing)
    await confirm(
      `${bytes(before.free)} are free (${before.percent} % used). Free what the first lines name?`,
    )
})

// ---- from here on the server changes ----------------------------------------------------------------------

// Differs from the plan (E40): `system prune -af` deletes the image that a rollback needs, `volume prune` the database.
await step('2. Free build cache', () => server`docker builder prune --all --force`, {
  done: async () => before.cache === 0 && 'there is none',
})

await step(
  '3. Free what builds left behind',
  async () => {
    if (before.remains.length > 0) await server`docker rm ${before.remains.map(({ id }) => id)}`
    // Without --force: an image that a container began to use meanwhile stays.
    for (const { id } of before.images) await server`docker rmi ${id} || true`
  },
  {
    done: async () => before.remains.length + before.images.length === 0 && 'there is nothing without a name',
  },
)

await step(
  '4. Cut old logs',
  // Docker appends to the open file: it is cut in place, and its last lines are put back.
  () => server`for log in ${before.logs.map(({ path }) => path)}; do
      last=$(sudo tail -n ${KEPT_LINES} "$log"); sudo truncate -s 0 "$log"; printf '%s\n' "$last" | sudo tee -a "$log" >/dev/null
    done`,
  { done: async () => before.logs.length === 0 && `none is above ${limit} MB` },
)

const after = run.dryRun ? before : await readSpace(found, Number(limit) * 1024 ** 2)
print(`free before ${before.free} (${bytes(before.free)}), after ${after.free} (${bytes(after.free)})`)
