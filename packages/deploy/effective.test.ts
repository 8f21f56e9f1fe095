import { test } from 'uvu'
import { equal, is, match } from 'uvu/assert'
import { checkEnvironment, effectiveEnvironment } from './effective.ts'

// What docker-compose 1.29 and Compose v2 print: the same, normalized.
const CONFIG = `name: 1001project
services:
  app:
    build:
      context: /home/ubuntu/1001project
    environment:
      DATABASE_URL: postgresql://stories_user:x@postgres:5432/stories_db
      EMAIL_FROM: "noreply@1001stories.test"
      EMAIL_SERVER_PASSWORD: 'it''s $$5'
      NODE_ENV: production
    ports: []
  postgres:
    environment:
      POSTGRES_USER: stories_user
volumes: {}
`
const expected = {
  keys: ['DATABASE_URL', 'NODE_ENV'],
  publicUrl: 'https://1001stories.test',
  databaseHosts: ['postgres', '1001-stories-db'],
  databaseName: 'stories_db',
}
const wrong = (env: Record<string, string>, keys = expected.keys) =>
  checkEnvironment(env, [], { ...expected, keys }).filter(({ ok }) => !ok)

test('what compose gives the app is read, quotes and dollars undone, and no neighbour is mixed in', () => {
  equal(effectiveEnvironment(CONFIG, 'app'), {
    DATABASE_URL: 'postgresql://stories_user:x@postgres:5432/stories_db',
    EMAIL_FROM: 'noreply@1001stories.test',
    EMAIL_SERVER_PASSWORD: "it's $5",
    NODE_ENV: 'production',
  })
})

test('the environment of the live shape is right though its .env alone is not (E11)', () => {
  equal(wrong(effectiveEnvironment(CONFIG, 'app')), [])
})

test('a key that is missing, empty or still an example is named', () => {
  is(wrong({ NODE_ENV: 'production' })[0]?.title, 'DATABASE_URL')
  match(wrong({ NODE_ENV: '' }, ['NODE_ENV'])[0]?.says ?? '', /empty/)
  match(wrong({ NEXTAUTH_SECRET: 'your-production-secret' }, ['NEXTAUTH_SECRET'])[0]?.says ?? '', /example/)
})

test('a database on another host or of another name is no go', () => {
  match(
    wrong({ DATABASE_URL: 'postgresql://u:p@db:5432/stories_db' }, ['DATABASE_URL'])[0]?.says ?? '',
    /host db/,
  )
  match(
    wrong({ DATABASE_URL: 'postgresql://u:p@postgres/other' }, ['DATABASE_URL'])[0]?.says ?? '',
    /database other/,
  )
})

test('no value of a secret is ever said', () => {
  for (const { says } of checkEnvironment({ NEXTAUTH_SECRET: 'short' }, [], {
    ...expected,
    keys: ['NEXTAUTH_SECRET'],
  })) {
    is(says.includes('short '), false)
  }
})

test.run()
