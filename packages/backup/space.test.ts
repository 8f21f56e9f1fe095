import { test } from 'uvu'
import { ok } from 'uvu/assert'
import { needed } from './space.ts'

const GB = 1024 ** 3

test('what must be free covers a dump and a base backup that does not compress, and some more', () => {
  const { free, expected } = needed(1 * GB, 1 * GB)
  ok(free > 3 * GB && free < 4 * GB)
  ok(expected < free)
})

test('an empty site still needs some room', () => {
  ok(needed(0, 0).free >= 64 * 1024 ** 2)
})

test.run()
