import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import { clock, count, day, mark, several } from './words.ts'

test('counts and moments read as people write them', () => {
  is(count(24150), '24,150')
  equal(
    [several(1, 'visit'), several(0, 'visit'), several(2, 'entry', 'entries')],
    ['1 visit', '0 visits', '2 entries'],
  )
  const at = Date.parse('2025-09-05T04:30:07Z')
  equal([day(at), clock(at)], ['2025-09-05 04:30 UTC', '04:30:07 UTC'])
})

test('marks of a ruler are short', () => {
  equal([0, 200, 15_000, 60_000, 75_000, 7_200_000].map(mark), [
    '0 s',
    '0.2 s',
    '15 s',
    '1:00',
    '1:15',
    '2:00:00',
  ])
})

test.run()
