import { test } from 'uvu'
import { equal, not, ok } from 'uvu/assert'
import { pick, random, shuffle } from './random.ts'

test('the same seed gives the same numbers, another one others', () => {
  const take = (seed: number) => Array.from({ length: 5 }, random(seed))
  equal(take(7), take(7))
  not.equal(take(7), take(8))
  ok(take(7).every((number) => number >= 0 && number < 1))
})

test('shuffling loses nothing and picking invents nothing', () => {
  const list = Array.from({ length: 20 }, (_, index) => index)
  const mixed = shuffle(list, random(1))
  not.equal(mixed, list)
  equal(
    [...mixed].sort((a, b) => a - b),
    list,
  )
  ok(list.includes(pick(list, random(3))))
})

test.run()
