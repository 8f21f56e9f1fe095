import { test } from 'uvu'
import { equal, is, match, not } from 'uvu/assert'
import { changesOf, hashOf } from './plan.ts'

const parts = { target: '7e010ba65ad3', 'new image': '08db64888693', schema: 'c364f0781630' }

test('the hash stands for the parts, in whatever order they come', () => {
  match(hashOf(parts), /^[0-9a-f]{12}$/)
  is(hashOf(parts), hashOf({ schema: 'c364f0781630', target: '7e010ba65ad3', 'new image': '08db64888693' }))
  not.equal(hashOf(parts), hashOf({ ...parts, schema: 'c364f0781631' }))
  not.equal(hashOf(parts), hashOf({ target: '7e010ba65ad3', 'new image': '08db64888693' }))
})

test('what changed is named with what it was and what it is', () => {
  equal(changesOf(parts, { ...parts }), [])
  equal(changesOf(parts, { ...parts, schema: 'aaaa' }), ['schema: was c364f0781630, is aaaa'])
  equal(changesOf({ ...parts, nginx: 'x' }, { ...parts, '.env': 'y' }), [
    'nginx: was x, is none',
    '.env: was none, is y',
  ])
})

test.run()
