/**
 * Migration Fails: "Column already exists"
 *
 * The database has what a migration wants to make, and its history doesn't know it. Compares history, code and database,
 * and corrects the history when the database is right. Never drops a column, never touches a table.
 *
 * Before:      nothing; run it when Prisma says "already exists", P3018, P3009 or P3005
 * After:       tsx packages/deploy/test-migration.ts
 * If it fails: nothing was changed but, at most, rows of _prisma_migrations; tsx packages/deploy/test-migration.ts tells more
 *
 * Usage: tsx packages/rollback/troubleshooting/column-already-exists.ts [--dry-run] [--yes] [--consent NAMES] [--json]
 */
import {
  compareHistory,
  confirm,
  consent,
  MIGRATING_NEXT,
  migrationsIn,
  migrators,
  open,
  print,
  refuse,
  remembered,
  say,
  step,
  warn,
} from '@stories/shared'
import { changesRows, verdict } from './history.ts'
import { difference, findPrisma, resolve } from './prisma.ts'

const opened = await open(import.meta.url, { release: 'none', changes: true })
const { database } = opened

const busy = await migrators(database)
if (busy.length > 0) refuse(`A migration is running: ${busy.join('; ')}`, MIGRATING_NEXT)

const { migrations } = await migrationsIn()
const history = compareHistory(await remembered(database), migrations)
await step('1. Check the history', () => {
  for (const { name, logs } of history.failed) say(`  failed   ${name}  ${logs.slice(0, 160)}`)
  for (const { name } of history.pending) say(`  open     ${name}`)
  for (const name of history.edited) warn(`${name} was edited since it was applied`)
  for (const name of history.unknown) warn(`${name} was applied, and the code does not have it`)
})

const prisma = await findPrisma(opened)
const differs = await difference(prisma, opened)
await step('2. Check the database', () => {
  const words = differs?.split('\n').slice(0, 20).join('\n') ?? 'it is what the code wants'
  say(words.replace(/^/gm, '  '))
})

// Differs from the plan (E39): dropping "tokenVersion" would destroy a live column; only the history is put right.
const { kind, names, says } = verdict(history, differs === undefined)
print(says)

// ---- from here on the server changes ----------------------------------------------------------------------

await step(
  '3. Resolve',
  async () => {
    if (kind === 'test') refuse(says, 'tsx packages/deploy/test-migration.ts: it finds a way on a copy')
    const as = kind === 'applied' ? 'applied' : 'rolled-back'
    // What it would have done to rows no comparison of schemas can see.
    for (const migration of kind === 'applied' ? history.pending.filter(changesRows) : [])
      await consent(
        `${migration.name} also changes rows, which marking it as applied leaves undone`,
        migration.name,
      )
    await confirm(`Mark ${names.join(', ')} as ${as} in the history?`)
    for (const name of names) await resolve(prisma, opened, as, name)
  },
  { done: async () => kind === 'nothing' && says },
)
