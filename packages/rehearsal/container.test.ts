import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { containerOf, freeAddress, nameOf, until } from './container.ts'

test("a server's container says which checkout it is of, and of which name it is", () => {
  assert.match(containerOf('plan-2'), /^rehearsal-[0-9a-f]{6}-plan-2$/)
  assert.is(nameOf(containerOf('plan-2')), 'plan-2')
})

test('a server gets the first address that no other has', () => {
  assert.is(freeAddress([]), '10.203.0.10')
  assert.is(freeAddress(['10.203.0.10', '10.203.0.12', '']), '10.203.0.11')
})

test('a full network is said to be full', () => {
  const all = Array.from({ length: 255 }, (_, host) => `10.203.0.${host}`)
  assert.throws(() => freeAddress(all), /no free address/)
})

test('waiting ends with the first success', async () => {
  let tries = 0
  const answer = await until('three tries', 5, async () => {
    if (++tries < 3) throw new Error('not yet')
    return 'there'
  })
  assert.is(answer, 'there')
  assert.is(tries, 3)
})

test('waiting in vain says for what, and why', async () => {
  const failing = until('ssh', 0, async () => {
    throw new Error('connection refused')
  })
  try {
    await failing
    assert.unreachable()
  } catch (error) {
    assert.is((error as Error).message, 'waited 0 s for ssh: connection refused')
  }
})

test.run()
