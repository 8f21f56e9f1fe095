import { test } from 'uvu'
import { is } from 'uvu/assert'
import { isWhole } from './campaign.ts'

test('a campaign holds when all of its figures are whole', () => {
  is(isWhole('plan as printed fails 29/29, ours hold 29/29'), true)
  is(isWhole('plan as printed fails 29/29, ours hold 28/29'), false)
  is(isWhole('2/3 of 3/3'), false)
})

test('of what is unwanted there is none', () => {
  is(isWhole('corruptions refused 40/40, false alarms 0/20'), true)
  is(isWhole('corruptions refused 40/40, false alarms 1/20'), false)
})

test('a line without figures says nothing against it', () => {
  is(isWhole('rows lost 0'), true)
})

test.run()
