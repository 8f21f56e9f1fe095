import { test } from 'uvu'
import { is } from 'uvu/assert'
import { AFTER, INSIDE } from './order.ts'
import { whereabouts } from './whereabouts.ts'

const stages = [...INSIDE, ...AFTER]
const took = new Map(stages.map(({ title }) => [title, 2000]))

test('it says which stage it is, what visitors see, what is left and what comes next', () => {
  is(
    whereabouts(stages, stages[5]!, took),
    '[6/9] Phase 6: Verification: visitors see the maintenance page, about 8.0 s left; next: Functional Tests',
  )
  is(
    whereabouts(stages, stages[8]!, took),
    '[9/9] Performance Checks: visitors see the site, about 2.0 s left',
  )
})

test('on a server where a stage was never done nobody can say how long it takes', () => {
  is(
    whereabouts(stages, stages[0]!, new Map()),
    '[1/9] Phase 1: Preparation: visitors see the maintenance page; next: Phase 2: Stop Services',
  )
})

test.run()
