// The scripts chained in a shell as README shows it, and all of them as one command.
import { test } from 'uvu'
import { equal, is, match, not, ok } from 'uvu/assert'
import { ends, everyTable, notV3, visitSite } from './eyes.ts'
import { server } from './lanes.ts'
import { command } from './operator.ts'
import { differences, fingerprint, inside } from './practice.ts'

const plan = await server('plan')
const bash = (script: string) => command(plan, ['bash', '-c', script])
const before = await fingerprint(plan)
const consent = await everyTable(plan)

test('a script that fails stops the chain', async () => {
  const { code, stdout, stderr } = await bash('tsx packages/deploy/phase2.ts --yes && echo reached')
  is(code, 3)
  is(stdout, '')
  match(stderr, 'There is no backup on the server yet')
  is((await bash('tsx packages/backup/verify.ts --nonsense && echo reached')).code, 2)
})

test('a backup that fails stops the chain too, although `export` swallows its exit code', async () => {
  const chain =
    'export BACKUP_DIR=$(tsx packages/backup/backup.ts --from 4) && tsx packages/backup/verify.ts && echo reached'
  const { code, stdout, stderr } = await bash(chain)
  is(code, 2)
  is(stdout, '')
  match(stderr, 'BACKUP_DIR is set, and empty')
})

test('the whole plan in one bash session', async () => {
  const { code, stdout, stderr } = await bash(`
    export BACKUP_DIR=$(tsx packages/backup/backup.ts) &&
      tsx packages/backup/verify.ts > /dev/null &&
      tsx packages/deploy/test-migration.ts &&
      tsx packages/deploy/migration-check.ts > /dev/null &&
      tsx packages/deploy/environment.ts > /dev/null &&
      tsx packages/deploy/prepare.ts &&
      tsx packages/deploy/phase1.ts --yes && tsx packages/deploy/phase2.ts && tsx packages/deploy/phase3.ts &&
      tsx packages/deploy/phase4.ts --consent ${consent} && tsx packages/deploy/phase5.ts && tsx packages/deploy/phase6.ts &&
      tsx packages/monitor/functional.ts > /dev/null && tsx packages/monitor/database.ts > /dev/null &&
      echo "deployed from $BACKUP_DIR"`)
  is(code, 0, stderr)
  match(stdout, /^deployed from \/home\/ubuntu\/backups\/\d{8}_\d{6}\n$/)
  equal(await notV3(plan, before.data), [])
})

test('and back', async () => {
  await ends(plan, 'rollback/immediate', ['--yes'])
  equal(differences(before, await fingerprint(plan)), [])
})

test('deploy.ts refuses without a consent to what is lost, before visitors notice', async () => {
  const { stderr } = await ends(plan, 'deploy/deploy', ['--yes'], { code: 3 })
  match(stderr, 'This needs a typed consent')
  equal(differences(before, await fingerprint(plan)), [])
  is((await visitSite(plan, '/')).status, 200)
})

test('a plan is shown with every command and held to: what changed since is named', async () => {
  const { stdout, stderr } = await ends(plan, 'deploy/deploy', ['--plan'])
  match(stdout, /^[0-9a-f]{12}\n$/)
  for (const words of ['docker stop -t 20 1001-stories-app', 'prisma migrate deploy', 'phase 4 will take'])
    match(stderr, words)
  equal(differences(before, await fingerprint(plan)), [])
  const held = ['--plan', stdout.trim(), '--yes', '--consent', consent]

  const conf = '/etc/nginx/sites-available/default'
  await inside(plan, `cp -p ${conf} /tmp/conf; echo '# edited meanwhile' >> ${conf}`)
  match(
    (await ends(plan, 'deploy/deploy', held, { code: 3 })).stderr,
    /Not what plan \w+ stands on:\n *nginx: was /,
  )
  await inside(plan, `cp -p /tmp/conf ${conf}`)
  equal(differences(before, await fingerprint(plan)), [])

  // What visitors saw of a deployment that was taken back is no part of this one's window.
  const visitors = '$(readlink -f /home/ubuntu/backups/current)/visitors.json'
  const earlier = JSON.stringify([{ kind: 'get', at: 1, sight: 'page', status: 503, ms: 1 }])
  await inside(plan, `sudo -u ubuntu tee ${visitors}`, { input: earlier })
  await ends(plan, 'deploy/deploy', held)
  const seen = JSON.parse(await inside(plan, `cat ${visitors}`)) as { at: number }[]
  ok(seen.length > 10 && seen.every(({ at }) => at > 1))
  equal(await notV3(plan, before.data), [])
  await ends(plan, 'rollback/immediate', ['--yes'])
  equal(differences(before, await fingerprint(plan)), [])
})

test('deploy.ts does all of it on the live shape: everything is v3; immediate.ts: everything is as before', async () => {
  const live = await server('live')
  const old = await fingerprint(live)
  const { stdout } = await ends(live, 'deploy/deploy', ['--yes', '--consent', await everyTable(live)])
  match(stdout, /"directory":"\/home\/ubuntu\/backups\/\d{8}_\d{6}"/)
  equal(await notV3(live, old.data), [])
  not.equal((await fingerprint(live)).schema, old.schema)
  await ends(live, 'rollback/immediate', ['--yes'])
  equal(differences(old, await fingerprint(live)), [])
  is((await visitSite(live, '/')).status, 200)
})

test.run()
