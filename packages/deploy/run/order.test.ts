import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import { between } from './order.ts'

test('without a window one script takes the place of the six phases, and visitors never see the page', () => {
  is(between(false).length, 6)
  equal(
    between(true).map(({ script, visitors, undo }) => [script, visitors, undo]),
    [['deploy/without-window', 'the site', 'rollback/immediate.ts']],
  )
})

test.run()
