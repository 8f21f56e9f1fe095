import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { gently } from './bounds.ts'

test('a backup is polite on processors and disks, as much as the setting says', () => {
  equal(gently('10').join(' '), 'nice -n 10 ionice -c 2 -n 7')
  equal(gently('19').join(' '), 'nice -n 19 ionice -c 3')
})

test('a niceness of 0 takes all it can get', () => {
  equal(gently('0'), [])
})

test.run()
