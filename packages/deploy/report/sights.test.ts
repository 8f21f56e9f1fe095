import type { Seen, Sight } from '@stories/shared'
import { test } from 'uvu'
import { equal, is, ok } from 'uvu/assert'
import { spansOf } from './sights.ts'

const seen = (at: number, sight: Sight, ms = 5): Seen => ({ kind: 'get', at, sight, status: 0, ms })
const every = (from: number, to: number, sight: Sight) =>
  Array.from({ length: (to - from) / 200 }, (_, index) => seen(from + index * 200, sight))

test('visits that saw the same are one span', () => {
  const record = [...every(0, 4000, 'ok'), ...every(4000, 8000, 'page'), ...every(8000, 10_000, 'ok')]
  equal(
    spansOf(record, 'get', 0, 10_000).map(({ sight, from }) => [sight, from]),
    [
      ['ok', 0],
      ['page', 0.4],
      ['ok', 0.8],
    ],
  )
})

test('one error among ten thousand visits is seen', () => {
  const record = every(0, 2_000_000, 'ok')
  record[5000] = seen(1_000_000, 'error')
  const spans = spansOf(record, 'get', 0, 2_000_000)
  equal(
    spans.map(({ sight }) => sight),
    ['ok', 'error', 'ok'],
  )
})

test('where nobody visited there is no span', () => {
  const spans = spansOf([...every(0, 1000, 'ok'), ...every(60_000, 61_000, 'ok')], 'get', 0, 61_000)
  is(spans.length, 2)
  ok(spans[0]!.to < 0.05 && spans[1]!.from > 0.95)
})

test('other kinds, and other times, are other lanes', () => {
  equal(spansOf(every(0, 1000, 'ok'), 'post', 0, 1000), [])
  equal(spansOf(every(0, 1000, 'ok'), 'get', 50_000, 60_000), [])
})

test.run()
