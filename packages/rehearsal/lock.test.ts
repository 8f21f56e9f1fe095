import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { exclusively } from './lock.ts'

test('two pieces of work under one name never overlap', async () => {
  const order: string[] = []
  const work = (name: string) => async () => {
    order.push(`${name} begins`)
    await new Promise((resolve) => setTimeout(resolve, 50))
    order.push(`${name} ends`)
  }
  await Promise.all([exclusively('lock-test', work('a')), exclusively('lock-test', work('b'))])
  assert.is(order.length, 4)
  assert.is(order[0]!.split(' ')[0], order[1]!.split(' ')[0])
})

test('the lock goes when the work fails', async () => {
  const failing = exclusively('lock-test', async () => {
    throw new Error('failed')
  })
  await failing.catch((error: Error) => assert.is(error.message, 'failed'))
  assert.is(await exclusively('lock-test', async () => 'free'), 'free')
})

test.run()
