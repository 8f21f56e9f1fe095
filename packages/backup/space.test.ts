import { test } from 'uvu'
import { ok } from 'uvu/assert'
import { needed } from './space.ts'

const GB = 1024 ** 3

test('what must be free covers a dump larger than its database, a base backup that does not compress, and some more', () => {
  const { free, expected } = needed({ cluster: 1 * GB, rows: 0.1 * GB, apart: 0.9 * GB, uploads: 1 * GB })
  ok(free > 3.9 * GB && free < 7 * GB)
  ok(expected > 3 * GB && expected < free)
})

test('an empty site still needs some room', () => {
  ok(needed({ cluster: 0, rows: 0, apart: 0, uploads: 0 }).free >= 64 * 1024 ** 2)
})

test.run()
