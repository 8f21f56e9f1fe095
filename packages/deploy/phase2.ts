/**
 * Phase 2: Stop Services
 *
 * Before:      tsx packages/deploy/phase1.ts (visitors see the maintenance page)
 * After:       tsx packages/deploy/phase3.ts
 * If it fails: run it again, or `tsx packages/rollback/immediate.ts`
 *
 * Usage: tsx packages/deploy/phase2.ts [--backup-dir DIR] [--dry-run] [--from STEP] [--json]
 */
import {
  copyOut,
  isClosed,
  open,
  precondition,
  read,
  readConf,
  say,
  step,
  stopBehindStandIn,
  until,
} from '@stories/shared'
import type { Proof } from './migration/proof.ts'

const opened = await open(import.meta.url, { release: 'pinned', changes: true, files: true })
const { directory, found, database, files } = opened
const { images = '' } = JSON.parse(files.proof || '{}') as Partial<Proof>
const [newId] = images.split(' ')
/** A deployment that had come further is resumed: what this phase is for has been done. */
const resumed = found.app?.running && found.app.imageId === newId && 'the new app runs already'
precondition(
  isClosed(await readConf(found)),
  'The maintenance page is not on',
  'tsx packages/deploy/phase1.ts',
)

const answers = async () => {
  const { container, user, name } = database
  const { exitCode } = await read`docker exec ${container.name} pg_isready -q -U ${user} -d ${name}`.nothrow()
  return exitCode === 0 || undefined
}
/** Asked while step 2 is at work: to begin anything in a container takes Docker 0.1 s. */
let asked: ReturnType<typeof answers> | undefined

await step('1. Stop application container only', () => stopBehindStandIn(found), {
  done: async () => resumed || (!found.app?.running && 'the app is stopped'),
})

// Differs from the plan (E7): what the app wrote inside its container goes with the container, unless it is copied out.
await step(
  '2. Copy out what the app wrote inside its container',
  async () => {
    asked = answers()
    const files = found.app ? await copyOut(found.app, `${directory}/deployment-files.tar`) : []
    if (files.length > 0) say(`  ${files.length} files`)
  },
  { done: async () => resumed },
)

await step('3. Verify database is still running', () =>
  until('the database', 30, () => {
    const answer = asked ?? answers()
    asked = undefined
    return answer
  }),
)
