import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dotenv, scriptSettings } from './settings.ts'

const setting = (text: string, key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(text)?.[1]

test('the password in the database URL is the one the database has', () => {
  for (const shape of ['plan', 'live'] as const) {
    const env = dotenv(shape)
    const url = new URL(setting(env, 'DATABASE_URL')!)
    assert.is(decodeURIComponent(url.password), setting(env, 'POSTGRES_PASSWORD'))
  }
})

test('no value holds what docker-compose 1.29 would read as its own', () => {
  assert.not.match(dotenv('plan'), /["'$\\]/)
})

test('the live password stands in a URL as it is', () => {
  const password = setting(dotenv('live'), 'POSTGRES_PASSWORD')!
  assert.is(new URL(`postgresql://stories_user:${password}@postgres:5432/stories_db`).password, password)
})

test('our scripts reach the server by its address and ask for the site by its name', () => {
  const text = scriptSettings({
    shape: 'live',
    address: '10.203.0.10',
    dir: '/state/live',
    sshKey: '/state/live/key',
  })
  assert.is(setting(text, 'SERVER_HOST'), '10.203.0.10')
  assert.is(setting(text, 'PUBLIC_URL'), 'https://1001stories.test')
  assert.is(setting(text, 'PUBLIC_ADDRESS'), '10.203.0.10:443')
  assert.is(setting(text, 'UPLOAD_DIRS'), 'public/books,uploads')
})

test.run()
