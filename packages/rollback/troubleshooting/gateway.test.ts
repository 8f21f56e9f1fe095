import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { State } from './containers.ts'
import { diagnose, type Signs } from './gateway.ts'

const app: State = { name: 'app', status: 'running', exitCode: 0, restarts: 0, error: '', networks: [] }
const broken: Signs = {
  visitor: 502,
  closed: false,
  led: false,
  app,
  answer: 200,
  nginxRuns: true,
  confError: '',
  reachable: true,
}
const fault = (change: Partial<Signs>) => diagnose({ ...broken, ...change }).fault

test('a visitor who gets an answer meets no bad gateway, whatever else is odd', () => {
  assert.is(fault({ visitor: 200 }), 'none')
  assert.is(fault({ visitor: 200, reachable: false, confError: '[emerg] x' }), 'none')
  assert.is(fault({ visitor: 500 }), 'none')
})

test('a stopped app behind the maintenance page is stopped on purpose', () => {
  const behind = { visitor: 503, closed: true, app: { ...app, status: 'exited' }, answer: 0 }
  assert.is(fault(behind), 'none')
  assert.is(fault({ ...behind, visitor: 502 }), 'app down')
})

test('while nginx leads beside, whatever the service is at mends nothing', () => {
  assert.is(fault({ led: true }), 'led beside')
  assert.is(fault({ led: true, app: { ...app, status: 'exited' }, answer: 0 }), 'led beside')
  assert.is(fault({ led: true, visitor: 200 }), 'none')
})

test('an app that does not run comes before everything that depends on it', () => {
  const down = {
    answer: 0,
    nginxRuns: false,
    confError: '[emerg] host not found in upstream "app"',
    reachable: false,
  }
  assert.is(fault({ ...down, app: { ...app, status: 'exited' } }), 'app down')
  assert.is(fault({ ...down, app: { ...app, status: 'missing' } }), 'app down')
  assert.is(fault({ ...down, app: { ...app, status: 'restarting', restarts: 7 } }), 'crash loop')
  assert.is(fault(down), 'app silent')
})

test('nginx without a network of the app is told from a wrong configuration', () => {
  const confError = '[emerg] host not found in upstream "app"'
  assert.is(fault({ confError, reachable: false }), 'network')
  assert.is(fault({ confError }), 'configuration')
  assert.is(fault({ nginxRuns: false, visitor: 0 }), 'nginx down')
})

test('an app that answers by itself while visitors get 502 has moved', () => {
  assert.is(fault({}), 'old address')
  assert.is(fault({ visitor: 504 }), 'old address')
  assert.match(diagnose(broken).says, 'the app answers 200 by itself and a visitor gets 502')
})

test.run()
