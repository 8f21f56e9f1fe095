/** The plan section by section, each script alone, as somebody with the plan in one hand would call them. */
import { changesIn } from '@stories/shared'
import { test } from 'uvu'
import { equal, is, match, not, ok } from 'uvu/assert'
import { ask, databases, ends, everyTable, notV3, visitSite } from './eyes.ts'
import type { Section } from './fingerprint.ts'
import { server } from './lanes.ts'
import { patient } from './operator.ts'
import { differences, type Fingerprint, fingerprint, inside } from './practice.ts'
import { site } from './settings.ts'
import type { Shape } from './state.ts'

/** The limits that the tests before in the same hour would break as well; unit tests hold them. */
const limits = { ...patient, MAX_ERROR_PERCENT: '50', QUIET_MINUTES: '0' }

/** Declares the tests for one shape of server; they build on one another, in the plan's order. */
export async function sectionBySection(shape: Shape): Promise<void> {
  const practice = await server(shape)
  const portrait = "public/avatars/Ann's.png"
  await inside(
    practice,
    `curl -fsSk --connect-to ::127.0.0.1: --data-binary portrait "https://${site}/api/avatar?name=Ann's.png"`,
  )
  const before = await fingerprint(practice)
  const consent = await everyTable(practice)
  let directory = ''
  const script = (name: string, words: string[] = [], code = 0) =>
    ends(practice, name, words, { code, environment: limits })
  const root = (command: string) => inside(practice, `cd ${directory || '/home/ubuntu'}\n${command}`)
  const status = async () =>
    (JSON.parse((await script('deploy/status', ['--json'])).stdout) as { state: string }).state
  const same = (now: Fingerprint, among?: readonly Section[]) => equal(differences(before, now, among), [])

  /** The maintenance page as every visitor gets it, and what must go on behind it. */
  async function pageIsOn(): Promise<void> {
    const { status, headers, body } = await visitSite(practice, '/stories')
    is(status, 503)
    ok(Number(headers['retry-after']) > 0, 'Retry-After')
    is(headers['cache-control'], 'no-store')
    match(body, 'System Maintenance')
    // The live site's http server names no host and only leads to https, as it does every day.
    is((await visitSite(practice, '/stories', 'http')).status, shape === 'plan' ? 503 : 301)
    if (shape === 'live') is((await visitSite(practice, '/health')).body, 'ok')
  }

  /** What the app keeps inside its container alone, and loses with it when nobody carries it over. */
  const portraitIs = async (text: string) =>
    is(await inside(practice, `docker exec 1001-stories-app cat "${portrait}"`), text)

  test('what the app wrote inside its container is found as docker diff finds it', async () => {
    const added = (list: string) =>
      list
        .split('\n')
        .filter((line) => line.startsWith('A '))
        .sort()
    const found = added(await root(changesIn('1001-stories-app')))
    ok(found.includes(`A /app/${portrait}`))
    equal(found, added(await root('docker diff 1001-stories-app')))
  })

  test('status before anything: no deployment has begun', async () => {
    match(await status(), 'No deployment has begun')
  })

  test('backup takes the seven artefacts and prints its directory alone', async () => {
    const { stdout } = await script('backup/backup')
    match(stdout, /^\/home\/ubuntu\/backups\/\d{8}_\d{6}\n$/)
    directory = stdout.trim()
    const artefacts = ['database_backup.sql', 'code_backup.tar.gz', '.env.backup', 'current_commit.txt']
    for (const name of [...artefacts, 'postgres_volume.tar.gz'])
      ok(Number(await root(`stat -c %s ${name}`)) > 0, `${name} is empty`)
    const uploads = shape === 'plan' ? ['public/books', 'public/books-upload'] : ['public/books', 'uploads']
    for (const path of uploads)
      is(await root(`diff -rq ${path.split('/').at(-1)} /home/ubuntu/1001project/${path} || true`), '')
    is(await root('stat -c "%a %U" .'), '700 ubuntu\n')
    is(await root("find . -maxdepth 1 -type f -perm /077 -printf '%p %m\\n'"), '')
    is(await root('ls incomplete 2>/dev/null || true'), '')
  })

  test('verify restores it, and makes it the current one', async () => {
    const { stdout } = await script('backup/verify')
    equal(JSON.parse(stdout), JSON.parse(await root('cat verified.json')))
    is(await root('readlink ../current'), `${directory.split('/').at(-1)}\n`)
  })

  test('test-migration proves the way on a copy: migrations on the plan, a diff on the live server', async () => {
    await script('deploy/test-migration')
    const proof = JSON.parse(await root('cat proof.json')) as { recipe: string; losses: { name: string }[] }
    is(proof.recipe, shape === 'plan' ? 'deploy' : 'diff')
    ok(proof.losses.length >= 4)
    equal(await databases(practice), ['stories_db'])
  })

  test('migration-check, environment and prepare say go; the site is as before', async () => {
    for (const name of ['deploy/migration-check', 'deploy/environment', 'deploy/prepare']) await script(name)
    match(await root('cat target_commit.txt'), /^[0-9a-f]{40}\n$/)
    const now = await fingerprint(practice)
    same(now)
    is((await visitSite(practice, '/')).status, 200)
  })

  test('phases 2 to 6 refuse before phase 1, and phase 4 while the app runs', async () => {
    for (const phase of ['phase2', 'phase3', 'phase4', 'phase6'])
      await script(`deploy/${phase}`, ['--yes', '--consent', consent], 3)
    same(await fingerprint(practice))
    // Phase 4 had let Prisma load already: it goes by itself.
    const prismas = 'docker ps -aq --filter label=stories.migrator'
    is(await root(`for try in {1..50}; do [ -n "$(${prismas})" ] || break; sleep 0.2; done; ${prismas}`), '')
    equal(await databases(practice), ['stories_db'])
  })

  test('phase 1 turns the page on, for http and https', async () => {
    await script('deploy/phase1', ['--yes'])
    await pageIsOn()
    match(await status(), 'A deployment stands unfinished: code old, app old, database old')
  })

  test('phase 2 stops the app and leaves the database running', async () => {
    await script('deploy/phase2', ['--yes'])
    match(
      await root('docker inspect -f "{{.State.Status}}" 1001-stories-app 1001-stories-db'),
      /^exited\nrunning/,
    )
    await pageIsOn()
  })

  test('phase 3 checks out v3; .env and every upload are as before', async () => {
    await script('deploy/phase3', ['--yes'])
    const now = await fingerprint(practice)
    is(now.code['branch'], 'v3-ui-overhaul')
    is(`${now.code['commit']}\n`, await root('cat target_commit.txt'))
    is(now.settings['.env'], before.settings['.env'])
    same(now, ['uploads', 'schema', 'data'])
    await pageIsOn()
  })

  test('phase 4 wants a consent by name; with it the databases change names, the old one stays beside', async () => {
    await script('deploy/phase4', ['--yes'], 3)
    same(await fingerprint(practice), ['schema', 'data'])

    // A copy that can't be made: Prisma, which has loaded meanwhile, must not get to any database.
    await ask(practice, 'CREATE DATABASE stories_db_next IS_TEMPLATE true', 'postgres')
    const { stderr } = await script('deploy/phase4', ['--yes', '--consent', consent], 1)
    match(stderr, 'cannot drop a template database; stories_db is untouched')
    same(await fingerprint(practice), ['schema', 'data'])
    is(await root('docker ps -aq --filter label=stories.migrator'), '')
    await ask(practice, 'ALTER DATABASE stories_db_next IS_TEMPLATE false', 'postgres')

    await script('deploy/phase4', ['--yes', '--consent', consent])
    equal(await databases(practice), ['stories_db', `stories_db_before_${directory.split('/').at(-1)}`])
    not.equal((await fingerprint(practice)).schema, before.schema)
    match(await status(), 'A deployment stands unfinished: code new, app stopped, database new')
  })

  test('database-only brings the old database back; immediate the rest; everything is as before', async () => {
    await script('rollback/database-only', ['--yes'], 3)
    await script('rollback/database-only', ['--yes', '--consent', 'database-only'])
    same(await fingerprint(practice), ['schema', 'data', 'uploads'])
    // As when the new container had taken the old one's place, and phase 5 ended before it put the app's own files into it.
    const compose = shape === 'plan' ? 'docker-compose' : 'docker compose'
    await root(`cd /home/ubuntu/1001project
      sudo -u ubuntu ${compose} up -d --no-deps --no-build --force-recreate app 2>&1; ! docker exec 1001-stories-app ls "${portrait}"`)
    await script('rollback/immediate', ['--yes'])
    same(await fingerprint(practice))
    match(await status(), 'All old')
    is((await visitSite(practice, '/')).status, 200)
    await portraitIs('portrait')
  })

  test('all is old but for a checkout that was cut off: immediate clears it away', async () => {
    const git = 'cd /home/ubuntu/1001project/.git; as() { sudo -u ubuntu "$@"; }'
    await root(`${git}; as cp ${directory}/target_commit.txt stories-checkout; as touch index.lock`)
    await script('rollback/immediate', ['--yes'])
    same(await fingerprint(practice))
    is(await root(`${git}; ls index.lock stories-checkout 2> /dev/null || true`), '')
  })

  test('the phases again, from the same backup, each run twice: the second finds nothing to do', async () => {
    for (const phase of ['phase1', 'phase2', 'phase3', 'phase4', 'phase5']) {
      await script(`deploy/${phase}`, ['--yes', '--consent', consent])
      await script(`deploy/${phase}`, ['--yes', '--consent', consent])
      await pageIsOn()
    }
    await script('deploy/phase6', ['--yes'])
    is((await visitSite(practice, '/')).status, 200)
    is((await visitSite(practice, '/', 'http')).status, 301)
    match((await visitSite(practice, '/')).body, 'Seeds of Empowerment')
    await portraitIs('portrait')
  })

  test('after phase 6 everything is v3: code, image, every kept row, the schema that Prisma wants', async () => {
    match(await status(), 'All new')
    equal(await notV3(practice, before.data), [])
    const now = await fingerprint(practice)
    is(now.settings['.env'], before.settings['.env'])
    same(now, ['uploads'])
    if (shape === 'plan') same(now, ['settings'])
  })

  for (const name of ['functional', 'database', 'performance', 'success-criteria'])
    test(`${name} finds nothing wrong`, async () => {
      await script(`monitor/${name}`)
    })

  test('first-24-hours --once measures one round and keeps it', async () => {
    await script('monitor/first-24-hours', ['--once'])
    is(await root('wc -l < monitoring.jsonl'), '1\n')
  })

  test('immediate, after visitors have written: all old again, what they wrote is kept by name', async () => {
    const lesson = "INSERT INTO probe VALUES ('written in v3')"
    await ask(practice, `CREATE TABLE probe (word text); ${lesson}`)
    await script('rollback/immediate', ['--yes'])
    same(await fingerprint(practice))
    match(await status(), 'All old')
    const kept = (await databases(practice)).filter((name) => name.startsWith('stories_db_after_'))
    is(await ask(practice, 'SELECT * FROM probe', kept.at(-1)), 'written in v3')
    is((await visitSite(practice, '/')).status, 200)
    await portraitIs('portrait')
  })

  test('immediate a second time: nothing to do', async () => {
    const { stderr } = await script('rollback/immediate', ['--yes'])
    match(stderr, 'nothing to do, this is the old release already')
    same(await fingerprint(practice))
  })

  test.run()
}
