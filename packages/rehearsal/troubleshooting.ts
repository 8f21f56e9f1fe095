/** The plan's five recipes and its watch, each on a server that really has the trouble. */
import { test } from 'uvu'
import { equal, is, match, not } from 'uvu/assert'
import { ask, ends, visitSite } from './eyes.ts'
import { server } from './lanes.ts'
import { differences, fingerprint, inside, type Practice } from './practice.ts'
import type { Shape } from './state.ts'

const RECIPES = [
  'column-already-exists',
  'no-space-left',
  'port-already-in-use',
  'database-connection-refused',
  'bad-gateway',
]
const recipe = (practice: Practice, name: string, words = ['--yes'], code = 0) =>
  ends(practice, `rollback/troubleshooting/${name}`, words, { code })

/** Declares the tests for one shape of server. */
export async function troubleshooting(shape: Shape): Promise<void> {
  const practice = await server(shape)
  const before = await fingerprint(practice)
  const docker = (command: string) => inside(practice, `docker ${command}`)
  const asBefore = async () => {
    equal(differences(before, await fingerprint(practice)), [])
    is((await visitSite(practice, '/')).status, 200)
  }

  test('on a server without trouble every recipe finds nothing to do', async () => {
    for (const name of RECIPES) match((await recipe(practice, name)).stderr, 'nothing to do')
    await asBefore()
  })

  test('502, the app is down: without a yes nothing is touched, with it the app alone is started', async () => {
    await docker('stop 1001-stories-app')
    const since = await docker("inspect -f '{{.State.StartedAt}}' 1001-stories-db")
    not.equal((await visitSite(practice, '/')).status, 200)
    await recipe(practice, 'bad-gateway', [], 3)
    match((await recipe(practice, 'bad-gateway', ['--dry-run'])).stderr, '$ docker start 1001-stories-app')
    not.equal((await visitSite(practice, '/')).status, 200)
    await recipe(practice, 'bad-gateway')
    is(
      await docker("inspect -f '{{.State.StartedAt}}' 1001-stories-db"),
      since,
      'the database was left alone',
    )
    await asBefore()
  })

  test('nginx is down too: one link after the other', async () => {
    await docker('stop 1001-stories-app')
    await inside(practice, shape === 'plan' ? 'systemctl stop nginx' : 'docker stop 1001-stories-nginx')
    await recipe(practice, 'bad-gateway')
    await asBefore()
  })

  test('port in use: only who holds it is stopped', async () => {
    const [port, container] = shape === 'plan' ? [3000, '1001-stories-app'] : [443, '1001-stories-nginx']
    await docker(`stop ${container}`)
    await docker(`run -d --name bystander mailsink:latest`)
    await docker(`run -d --name squatter -p ${port}:8025 mailsink:latest`)
    match((await recipe(practice, 'port-already-in-use')).stderr, 'held by the container squatter')
    equal(await docker("inspect -f '{{.State.Running}}' squatter bystander"), 'false\ntrue\n')
    await docker('rm -f squatter bystander')
    await asBefore()
  })

  test('the database is down: it is started and awaited, the app finds it again', async () => {
    await docker('stop 1001-stories-db')
    await recipe(practice, 'database-connection-refused')
    is((await visitSite(practice, '/stories')).status, 200)
    await asBefore()
  })

  test('an interrupted swap left the database closed: it is opened again', async () => {
    await ask(practice, 'ALTER DATABASE stories_db ALLOW_CONNECTIONS false', 'postgres')
    await recipe(practice, 'database-connection-refused')
    await asBefore()
  })

  test('the history forgot a migration: it is told, no table is touched', async () => {
    const last = await ask(practice, 'SELECT migration_name FROM _prisma_migrations ORDER BY 1 DESC LIMIT 1')
    await ask(practice, `UPDATE _prisma_migrations SET finished_at = NULL WHERE migration_name = '${last}'`)
    // The plan's last migration also changes rows: that is not marked as done without a typed consent.
    if (shape === 'plan') await recipe(practice, 'column-already-exists', ['--yes'], 3)
    const { stdout } = await recipe(practice, 'column-already-exists', ['--yes', '--consent', last])
    match(stdout, `its history lacks ${last}`)
    const done = `SELECT count(*) FROM _prisma_migrations WHERE migration_name = '${last}' AND finished_at IS NOT NULL`
    is(await ask(practice, done), '1')
    const changed = differences(before, await fingerprint(practice))
    equal(
      changed.filter((line) => !line.includes('_prisma_migrations')),
      [],
    )
    match((await recipe(practice, 'column-already-exists')).stderr, 'nothing to do')
  })

  test('the database lacks a column: that is left to a test on a copy', async () => {
    await ask(
      practice,
      `ALTER TABLE ${shape === 'plan' ? '"User"' : 'users'} RENAME COLUMN organization TO organisation`,
    )
    match((await recipe(practice, 'column-already-exists', ['--yes'], 3)).stderr, 'test-migration.ts')
    await ask(
      practice,
      `ALTER TABLE ${shape === 'plan' ? '"User"' : 'users'} RENAME COLUMN organisation TO organization`,
    )
  })

  test('no space: what nothing needs goes; images of a rollback, volumes and new log lines stay', async () => {
    const dockerfile = (word: string) =>
      inside(practice, 'docker build -q -t kept -', {
        input: `FROM node:20-bookworm-slim\nRUN echo ${word} > /${word}\n`,
      })
    const unused = (await dockerfile('unused')).trim()
    const used = (await dockerfile('used')).trim()
    await docker('create --name user kept')
    await dockerfile('named')
    await docker('tag kept 1001-stories-app:before-x')
    const print = (lines: number) =>
      docker(`exec 1001-stories-app sh -c 'seq -f "line %.0f" ${lines} > /proc/1/fd/1'`)
    await print(30_000)
    const volumes = await docker('volume ls -q')
    const { stdout } = await recipe(practice, 'no-space-left', ['--yes', '--log-megabytes', '1'])
    match(stdout, /^free before \d+ .*, after \d+ /)
    const images = await docker('images -aq --no-trunc')
    not.match(images, unused)
    match(images, used)
    match(await docker('images'), 'before-x')
    is(await docker('volume ls -q'), volumes)
    await print(1)
    is(await docker('logs 1001-stories-app 2>&1 | tail -n 2'), 'line 30000\nline 1\n')
    is(await docker('logs 1001-stories-app 2>&1 | wc -l'), '2001\n')
    await docker('rm user')
    is((await visitSite(practice, '/')).status, 200)
  })

  test('the watch ends in its second bad round and keeps both', async () => {
    const directory = '/home/ubuntu/backups/watched'
    await inside(practice, `sudo -u ubuntu mkdir -p ${directory}`)
    await docker('stop 1001-stories-app')
    const words = ['--hours', '0.1', '--every', '0.05', '--backup-dir', directory]
    const { stderr } = await ends(practice, 'monitor/first-24-hours', words, { code: 3 })
    match(stderr, 'Out of bounds in two rounds running: App exited')
    is(await inside(practice, `wc -l < ${directory}/monitoring.jsonl`), '2\n')
    await docker('start 1001-stories-app')
  })

  test.run()
}
