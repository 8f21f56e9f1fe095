import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readState, shared, words } from './containers.ts'

const inspected = JSON.stringify([
  {
    Name: '/1001-stories-db',
    RestartCount: 2,
    State: { Status: 'exited', ExitCode: 137, Error: '' },
    NetworkSettings: {
      Networks: {
        project_default: { IPAddress: '', Aliases: ['db', 'cc48d5fb458f'] },
        other: { IPAddress: '10.0.0.2', Aliases: null, DNSNames: ['1001-stories-db', 'postgres'] },
      },
    },
  },
])

test('reads a container as it is now, with every name it has in its networks', () => {
  const state = readState('1001-stories-db', inspected)
  assert.is(words(state), '1001-stories-db is exited (137)')
  assert.is(state.restarts, 2)
  assert.equal(state.networks, [
    { name: 'project_default', address: '', names: ['1001-stories-db', 'db', 'cc48d5fb458f'] },
    { name: 'other', address: '10.0.0.2', names: ['1001-stories-db', 'postgres'] },
  ])
})

test('a container that is not there is a state of its own', () => {
  assert.is(readState('gone', '').status, 'missing')
  assert.is(words(readState('gone', '[]\n')), 'gone is missing')
})

test('finds the networks that two containers share', () => {
  const one = readState('1001-stories-db', inspected)
  const other = { ...one, networks: one.networks.slice(1) }
  assert.equal(
    shared(one, other).map(({ name }) => name),
    ['other'],
  )
  assert.equal(shared(one, { ...one, networks: [] }), [])
})

test.run()
