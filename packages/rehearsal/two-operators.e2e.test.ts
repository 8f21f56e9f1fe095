// Two people at one server: the second is told who the first is, at once.
import { until } from '@stories/shared'
import { test } from 'uvu'
import { is, match } from 'uvu/assert'
import { ask, ends } from './eyes.ts'
import { server } from './lanes.ts'
import { call, type Outcome } from './operator.ts'
import { inside } from './practice.ts'

const practice = await server('plan')
const as = (name: string) => ({ environment: { STORIES_OPERATOR: name } })

const LOCKED =
  "SELECT count(*) FROM pg_locks WHERE relation = '_prisma_migrations'::regclass AND mode = 'AccessExclusiveLock' AND granted"

const HELD =
  'cd /home/ubuntu/backups 2>/dev/null && [ -e .holder ] && ! flock -n .lock true && echo held || true'

/** Lets Ada take a backup that waits for a table, and does `meanwhile` while she holds the lock; gives how she ended. */
async function whileAdaWorks(meanwhile: () => Promise<void>): Promise<Outcome> {
  const table = ask(practice, 'BEGIN; LOCK TABLE _prisma_migrations; SELECT pg_sleep(58)').catch(() => {})
  await until('the table to be locked', 20, async () =>
    (await ask(practice, LOCKED)) === '1' ? true : undefined,
  )
  const ada = call(practice, 'backup/backup', [], as('ada'))
  await until('Ada to hold the lock', 20, async () =>
    (await inside(practice, HELD)) === 'held\n' ? true : undefined,
  )
  try {
    await meanwhile()
  } finally {
    const sleeping = "query LIKE '%pg_sleep(58)%' AND pid <> pg_backend_pid()"
    await ask(practice, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE ${sleeping}`)
    await table
  }
  return ada
}

test('the second operator leaves at once with the name of the first, whatever the script', async () => {
  const { code, stderr } = await whileAdaWorks(async () => {
    for (const script of ['backup/backup', 'backup/prune', 'deploy/deploy']) {
      const bert = await ends(practice, script, ['--yes'], { ...as('bert'), code: 4 })
      match(bert.stderr, /Somebody else is at work on this server: ada@\S+ backup since \d{4}-/)
      is(bert.stdout, '')
    }
  })
  is(code, 0, stderr)
})

test('who only reads is not kept out, and status.ts names who is at work', async () => {
  const { code } = await whileAdaWorks(async () => {
    const { stdout } = await ends(practice, 'deploy/status', ['--json'], as('bert'))
    match((JSON.parse(stdout) as { state: string }).state, /^Somebody is at work: ada@/)
  })
  is(code, 0)
})

test('once the first is done the second can begin; nobody had to remove a lock', async () => {
  await ends(practice, 'backup/backup', [], as('bert'))
  const backups = await inside(practice, 'ls -d /home/ubuntu/backups/*_* | wc -l')
  is(Number(backups), 3)
})

test.run()
