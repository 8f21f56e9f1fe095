import { test } from 'uvu'
import { equal, is, match, ok, throws } from 'uvu/assert'
import { Stop } from './exit.ts'
import { describe, entries, type Found, readFound } from './found.ts'
import { redact } from './redact.ts'
import { answer, inspected, LIVE, PLAN } from './server-answers.ts'
import { loadSettings } from './settings.ts'

const settings = loadSettings(undefined, {
  SERVER_HOST: '203.0.113.10',
  PUBLIC_URL: 'https://stories.example.org',
  STORIES_ENV_FILE: '/dev/null',
})
const plan = (parts?: Parameters<typeof answer>[1]) => readFound(answer(PLAN, parts), settings)
const live = () => readFound(answer(LIVE, { compose1: '', compose2: '2.26.1-4' }), settings)
const one = (version: string, service: string, more: object = {}) =>
  inspected(version, { service, name: `x-${service}`, image: 'x', address: '172.18.0.9', ...more })

test("containers are read as Docker's program prints them and as its interface answers", () => {
  const lines = PLAN.map((container) => JSON.stringify(container)).join('\n')
  equal(readFound(answer(PLAN).replace(JSON.stringify(PLAN, null, 4), lines), settings), plan())
})

test("the plan's server is found as the plan says", () => {
  const found = plan({
    sites: '/etc/nginx/sites-available/default',
    proxying: '/etc/nginx/sites-available/default',
  })
  equal(found.compose, ['docker-compose'])
  is(found.composeVersion, '1.29.2')
  is(found.project, '1001project')
  is(found.appService, 'app')
  is(found.appPublished, '3000')
  const { container, ...database } = found.database
  is(container.name, '1001-stories-db')
  equal(database, {
    service: 'db',
    user: 'postgres',
    name: 'stories_db',
    data: '/var/lib/postgresql/data',
    volume: '1001project_postgres_data',
  })
  is(found.nginx.kind, 'host')
  is(found.nginx.conf, '/etc/nginx/sites-available/default')
  is(found.head.length, 40)
})

test('the live server is found as it is: another role, service, compose, and nginx in a container', () => {
  const found = live()
  equal(found.compose, ['docker', 'compose'])
  is(found.composeVersion, '2.26.1-4')
  is(found.appPublished, undefined)
  is(found.app?.address, '172.18.0.4')
  is(found.database.service, 'postgres')
  is(found.database.user, 'stories_user')
  is(found.database.data, '/var/lib/postgresql/data/pgdata')
  is(found.database.volume, '1001project_postgres_data')
  is(found.nginx.kind, 'container')
  is(found.nginx.container?.name, '1001-stories-nginx')
  is(found.nginx.conf, '/home/ubuntu/1001project/nginx/nginx.conf')
  is(found.nginx.confInside, '/etc/nginx/nginx.conf')
})

test('settings correct what was found', () => {
  const found = readFound(answer(LIVE, { compose2: '2.26.1' }), {
    ...settings,
    COMPOSE: 'docker-compose',
    DATABASE_NAME: 'other_db',
    DATABASE_USER: 'owner',
    NGINX_KIND: 'host',
    NGINX_CONF: '/etc/nginx/conf.d/site.conf',
  })
  equal(found.compose, ['docker-compose'])
  is(found.database.name, 'other_db')
  is(found.database.user, 'owner')
  is(found.nginx.kind, 'host')
  is(found.nginx.container, undefined)
  is(found.nginx.conf, '/etc/nginx/conf.d/site.conf')
})

test('a stopped app is found too, without an address', () => {
  const stopped = PLAN.map((one) =>
    one.Name === '/1001-stories-app'
      ? {
          ...one,
          State: { ...one.State, Running: false, Status: 'exited' },
          NetworkSettings: { Networks: {} },
        }
      : one,
  )
  const found = readFound(answer(stopped), settings)
  is(found.app?.running, false)
  is(found.app?.address, '')
  is(found.appPublished, '3000')
})

test('without an app container the database URL of the env file names the database', () => {
  const found = readFound(
    answer(PLAN.slice(1), {
      env: 'DATABASE_URL="postgresql://postgres:p%2Fw@db:5432/other_db?schema=public"',
    }),
    settings,
  )
  is(found.app, undefined)
  is(found.appService, 'app')
  is(found.database.name, 'other_db')
})

test('a slash in a password does not become part of the name of the database', () => {
  const found = readFound(
    answer(PLAN.slice(1), { env: 'DATABASE_URL=postgresql://postgres:p/w@db:5432/other_db' }),
    settings,
  )
  is(found.database.name, 'other_db')
})

test("a one-off container of the app is not the app, and a neighbour's database is not the database", () => {
  const oneOff = one('1.29.2', 'app', { labels: { 'com.docker.compose.oneoff': 'True' } })
  const neighbour = one('1.29.2', 'db', {
    image: 'postgres:13',
    environment: ['POSTGRES_USER=other', 'PGDATA=/x'],
    labels: { 'com.docker.compose.project.working_dir': '/home/ubuntu/other' },
  })
  const found = readFound(answer([oneOff, neighbour, ...PLAN]), settings)
  is(found.app?.name, '1001-stories-app')
  is(found.database.container.name, '1001-stories-db')
  equal(
    found.others.map(({ name }) => name),
    ['x-app', 'x-db'],
  )
})

test('the project folder may be a link: compose wrote down where it leads', () => {
  const linked = { ...settings, PROJECT_DIR: '/srv/stories' }
  is(readFound(answer(PLAN), linked).database.container.name, '1001-stories-db')
})

test('an app with a service of another name is known by its DATABASE_URL', () => {
  const renamed = [
    one('1.29.2', 'web', { environment: ['DATABASE_URL=postgresql://u:pass@db/stories_db'] }),
    PLAN[1]!,
  ]
  is(readFound(answer(renamed), settings).appService, 'web')
})

test('without a database container the script refuses and lists what is there', () => {
  throws(
    () => readFound(answer(PLAN.slice(0, 1)), settings),
    (error: Error) => error instanceof Stop && error.code === 3 && /1001-stories-app/.test(error.message),
  )
  throws(() => readFound(answer([]), settings), /Containers on this server: none/)
})

test('a folder that is no git working tree is the wrong folder', () => {
  throws(
    () => plan({ head: '' }),
    (error: Error) =>
      error instanceof Stop && error.code === 2 && /not a git working tree/.test(error.message),
  )
})

test('without any compose the script refuses', () => {
  throws(() => plan({ compose1: '' }), /neither docker-compose nor docker compose/)
})

test('a server with both kinds of compose uses the one that made the containers', () => {
  equal(plan({ compose2: '2.26.1' }).compose, ['docker-compose'])
  equal(readFound(answer(LIVE, { compose2: '2.26.1' }), settings).compose, ['docker', 'compose'])
})

test('local changes are listed as git shows them', () => {
  equal(plan({ dirty: ' M docker-compose.yml\n?? notes.txt' }).dirty, [
    ' M docker-compose.yml',
    '?? notes.txt',
  ])
  equal(plan().dirty, [])
})

test('every secret that was met is masked from then on', () => {
  plan()
  live()
  const masked = redact('Pl@n/pass Pl%40n%2Fpass livepass "rehearse me = often" app password; with spaces')
  is(masked, '•••• •••• •••• "••••" ••••')
})

test('the values of an env file are what a program sees', () => {
  equal(entries(['A=1', 'export B="two words"', "C='x=y'", '# D=4', '', 'E=', ' F = 6', 'no entry']), {
    A: '1',
    B: 'two words',
    C: 'x=y',
    E: '',
    F: '6',
  })
})

const lines = (found: Found) => describe(found, settings).join('\n')

test('what a changing script is about to touch is said in five lines', () => {
  const shown = lines(plan())
  is(shown.split('\n').length, 5)
  match(shown, 'ubuntu@203.0.113.10')
  match(shown, 'stories_db as postgres in 1001-stories-db')
  match(shown, 'port 3000 published')
  match(lines(live()), 'in 1001-stories-nginx')
  ok(lines(readFound(answer(PLAN.slice(1)), settings)).includes('no container'))
})

test.run()
