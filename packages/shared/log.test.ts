import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import { bytes, duration, table } from './log.ts'

test('a duration reads in the unit that a person would choose', () => {
  is(duration(0), '0 ms')
  is(duration(83.4), '83 ms')
  is(duration(999.4), '999 ms')
  is(duration(999.6), '1.0 s')
  is(duration(4210), '4.2 s')
  is(duration(59_940), '59.9 s')
  is(duration(59_960), '1 min 00 s')
  is(duration(185_000), '3 min 05 s')
  is(duration(3_600_000), '1 h 00 min')
  is(duration(93_900_000), '26 h 05 min')
})

test('a size reads in powers of 1024 and never as 1024.0 of a smaller unit', () => {
  is(bytes(0), '0 B')
  is(bytes(512), '512 B')
  is(bytes(1023), '1023 B')
  is(bytes(1024), '1.0 kB')
  is(bytes(1024 ** 2 - 1), '1.0 MB')
  is(bytes(1_468_006), '1.4 MB')
  is(bytes(2 * 1024 ** 3), '2.0 GB')
  is(bytes(3 * 1024 ** 4), '3.0 TB')
  is(bytes(5000 * 1024 ** 4), '5000.0 TB')
})

test('columns line up, and columns of numbers stand to the right', () => {
  equal(
    table([
      ['User', 1200, 'kept'],
      ['Order', 7, ''],
    ]),
    ['User   1200  kept', 'Order     7'],
  )
})

test('a heading stands above its numbers', () => {
  equal(
    table([
      ['table', 'rows'],
      ['User', 5],
    ]),
    ['table  rows', 'User      5'],
  )
})

test('rows of different lengths and no rows at all', () => {
  equal(table([['a'], ['b', 'c']]), ['a', 'b  c'])
  equal(table([]), [])
})

test.run()
