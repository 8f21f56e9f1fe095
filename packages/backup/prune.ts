/**
 * Prune backups
 *
 * Keeps the last backups and one for each of so many days and weeks (KEEP_LAST, KEEP_DAILY, KEEP_WEEKLY), shows which
 * ones it would remove, asks, and removes them with the images that were kept for them. Never the one that a deployment
 * stands on, the current one, or the newest verified one.
 *
 * Before:      tsx packages/backup/verify.ts
 * After:       nothing
 * If it fails: run it again; what it had begun to remove is no longer taken for a backup
 *
 * Usage: tsx packages/backup/prune.ts [--yes] [--dry-run] [--json]
 */
import { basename } from 'node:path/posix'
import { bytes, confirm, open, read, say, server, step, table } from '@stories/shared'
import { type Kept, retain } from './retention.ts'

const { settings, marks } = await open(import.meta.url, { release: 'none', changes: true })
const root = settings.BACKUP_ROOT

// Sizes are counted the way du counts: an upload that several backups share takes its place once, in the oldest of them.
const answer = await read`date -u +%Y%m%d_%H%M%S; cd ${root} 2>/dev/null || exit 0
  for release in [0-9]*_[0-9]*; do [ -d "$release" ] || continue
    state=complete; if [ -e "$release/incomplete" ]; then state=incomplete; elif [ -e "$release/verified.json" ]; then state=verified; fi
    echo "$release $state"; done; echo @@; sudo du -s -B1 [0-9]*_[0-9]* 2>/dev/null || true`.text()
const [list = '', sizes = ''] = answer.split('@@\n')
const [now = '', ...lines] = list.trim().split('\n')
const backups = lines
  .map((line) => line.split(' '))
  .filter(([release]) => /^\d{8}_\d{6}$/.test(release ?? ''))
  .map(([release, state]) => ({ release, state }) as Kept)
const size = new Map(
  sizes.split('\n').map((line) => [line.split('\t')[1] ?? '', Number(line.split('\t')[0])]),
)
const verdicts = retain(
  backups,
  {
    last: Number(settings.KEEP_LAST),
    daily: Number(settings.KEEP_DAILY),
    weekly: Number(settings.KEEP_WEEKLY),
  },
  { pinned: basename(marks.pinned), current: basename(marks.current) },
  now,
)
const going = verdicts.filter(({ keep }) => keep.length === 0)

await step('1. Show what stays and what goes', () => {
  const rows = verdicts.map(({ release, state, keep }) => [
    keep.length > 0 ? 'keep' : 'REMOVE',
    release,
    state,
    bytes(size.get(release) ?? 0),
    keep.join(', '),
  ])
  for (const line of table(rows)) say(`  ${line}`)
})

await step(
  '2. Remove what goes',
  async () => {
    await confirm(`Remove ${going.length} of ${verdicts.length} backups in ${root}?`)
    for (const { release } of going) {
      // Renamed first: half of a backup must not look like one.
      await server`cd ${root}; mv ${release} .removing-${release}; sync .
        docker image rm 1001-stories-app:before-${release} > /dev/null 2>&1 || true`
      say(`  ${release} is gone`)
    }
    await server`cd ${root}; sudo rm -rf .removing-*`
  },
  { done: async () => going.length === 0 && 'every backup has a reason to stay' },
)
