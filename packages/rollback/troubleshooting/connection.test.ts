import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { diagnose, hostOf, type Signs } from './connection.ts'
import type { State } from './containers.ts'

const network = { name: 'project_default', address: '10.0.0.2', names: ['1001-stories-db', 'db'] }
const database: State = {
  name: '1001-stories-db',
  status: 'running',
  exitCode: 0,
  restarts: 0,
  error: '',
  networks: [network],
}
const app: State = {
  ...database,
  name: '1001-stories-app',
  networks: [{ ...network, address: '10.0.0.3', names: ['app'] }],
}
const broken: Signs = {
  database,
  accepts: true,
  exists: true,
  open: true,
  name: 'stories_db',
  app,
  host: 'db',
  health: 503,
}
const fault = (change: Partial<Signs>) => diagnose({ ...broken, ...change }).fault

test('an app with a connection has nothing wrong', () => assert.is(fault({ health: 200 }), 'none'))

test('the database itself comes before the way to it', () => {
  const away = { accepts: false, exists: false, open: false, health: 0, host: 'elsewhere' }
  assert.is(fault({ ...away, database: { ...database, status: 'exited', exitCode: 137 } }), 'stopped')
  assert.is(fault({ ...away, database: { ...database, status: 'paused' } }), 'stopped')
  assert.is(fault(away), 'silent')
  assert.is(fault({ exists: false, open: false }), 'gone')
  assert.is(fault({ open: false }), 'fenced')
})

test('an app that still has its old sessions does not hide a fence', () =>
  assert.is(fault({ open: false, health: 200 }), 'fenced'))

test('a lost network is told from a wrong host', () => {
  assert.is(fault({ database: { ...database, networks: [] } }), 'network')
  assert.is(fault({ host: 'localhost' }), 'host')
  assert.is(fault({ host: '' }), 'host')
  assert.is(fault({ host: '10.0.0.2' }), 'app')
})

test('what is left is the app', () => {
  assert.is(fault({}), 'app')
  assert.match(
    diagnose({ ...broken, app: { ...app, status: 'exited', exitCode: 1 } }).says,
    '1001-stories-app is exited (1)',
  )
  assert.match(diagnose({ ...broken, health: 0 }).says, 'gives no answer')
})

test('reads the host of a database address', () => {
  assert.is(hostOf('postgresql://user:p%40ss@db:5432/stories_db?schema=public'), 'db')
  assert.is(hostOf('no address'), '')
  assert.is(hostOf(undefined), '')
})

test.run()
