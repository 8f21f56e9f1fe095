import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { gently, shareOf } from './bounds.ts'

test('a backup is polite on processors and disks, as much as the setting says', () => {
  equal(gently('10').join(' '), 'nice -n 10 ionice -c 2 -n 7')
  equal(gently('19').join(' '), 'nice -n 19 ionice -c 3')
})

test('a niceness of 0 takes all it can get', () => {
  equal(gently('0'), [])
})

test('a scratch container gets as little of the processors as a command of that niceness', () => {
  equal(shareOf('0'), ['--cpu-shares', '1024'])
  equal(shareOf('10'), ['--cpu-shares', '110'])
})

test.run()
