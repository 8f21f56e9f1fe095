/**
 * Compares two ways of the same thing in one run, on a practice server, and gives the ratio. Medians; a busy machine moves
 * both sides alike.
 *
 * Usage: npm run bench
 */
import { duration, table } from '@stories/shared'
import { call, command } from './operator.ts'
import { down, inside, type Practice, up } from './practice.ts'

/** The median time of `count` runs of something, in milliseconds. */
async function median(count: number, work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let run = 0; run < count; run++) {
    const since = performance.now()
    await work()
    times.push(performance.now() - since)
  }
  return times.sort((a, b) => a - b)[Math.floor(count / 2)]!
}

const psql = (sql: string, database = 'stories_db') =>
  `docker exec -i 1001-stories-db psql -Xq -v ON_ERROR_STOP=1 -o /dev/null -U postgres -d ${database} <<< "${sql}"`

/** One connection for each command against one connection for all. */
async function connections(practice: Practice): Promise<[string, number, string, number]> {
  const words = [
    '-i',
    practice.sshKey,
    '-o',
    `UserKnownHostsFile=${practice.dir}/known_hosts`,
    '-o',
    'StrictHostKeyChecking=accept-new',
  ]
  const shared = [
    '-o',
    'ControlMaster=auto',
    '-o',
    `ControlPath=/tmp/stories-bench-${process.pid}`,
    '-o',
    'ControlPersist=20',
  ]
  const ssh = (more: string[]) => () =>
    command(practice, ['ssh', ...words, ...more, `ubuntu@${practice.address}`, 'true'])
  await ssh(shared)()
  return [
    'a connection for each command',
    await median(7, ssh([])),
    'one for all of them',
    await median(7, ssh(shared)),
  ]
}

/** Bringing the old database back from its dump, as the plan does, against letting names change hands. */
async function goingBack(practice: Practice): Promise<[string, number, string, number]> {
  await inside(
    practice,
    `docker exec 1001-stories-db pg_dump -U postgres stories_db > /tmp/bench.sql; ${psql('CREATE DATABASE bench_old TEMPLATE template0', 'postgres')}; ${psql('CREATE DATABASE bench_new TEMPLATE template0', 'postgres')}`,
  )
  const restore = () =>
    inside(
      practice,
      `${psql('DROP DATABASE IF EXISTS bench_dump', 'postgres')}; ${psql('CREATE DATABASE bench_dump TEMPLATE template0', 'postgres')}; docker exec -i 1001-stories-db psql -Xq -o /dev/null -U postgres -d bench_dump < /tmp/bench.sql`,
    )
  const swap = () =>
    inside(
      practice,
      psql(
        'BEGIN; ALTER DATABASE bench_old RENAME TO bench_tmp; ALTER DATABASE bench_new RENAME TO bench_old; ALTER DATABASE bench_tmp RENAME TO bench_new; COMMIT;',
        'postgres',
      ),
    )
  return ['restore from the dump', await median(3, restore), 'names change hands', await median(5, swap)]
}

/** Reading a script's help against running it: what a script costs before it does anything. */
async function starting(practice: Practice): Promise<[string, number, string, number]> {
  return [
    'status.ts',
    await median(5, () => call(practice, 'deploy/status')),
    'status.ts --help',
    await median(5, () => call(practice, 'deploy/status', ['--help'])),
  ]
}

const name = 'bench'
try {
  const practice = await up({ shape: 'plan', name, say: (line) => console.error(line) })
  const rows = [await connections(practice), await goingBack(practice), await starting(practice)]
  for (const line of table(
    rows.map(([slow, a, fast, b]) => [slow, duration(a), fast, duration(b), `${(a / b).toFixed(1)} x`]),
  ))
    console.log(line)
} finally {
  await down(name)
}
