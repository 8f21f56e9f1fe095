import { test } from 'uvu'
import { is } from 'uvu/assert'
import { growth } from './growth.ts'

const MB = 1024 ** 2

test('says how much of what is there, and how long it takes at this pace', () => {
  is(growth(256 * MB, 1024 * MB, 3000), '256.0 MB of 1.0 GB, 25 %, 9.0 s left')
})

test('says nothing of the time before there is a pace', () => {
  is(growth(1 * MB, 1024 * MB, 100), '1.0 MB of 1.0 GB, 0 %')
})

test('more than was expected is not more than all of it', () => {
  is(growth(1100 * MB, 1024 * MB, 9900), '1.1 GB of 1.1 GB, 99 %, 1.0 s left')
})

test.run()
