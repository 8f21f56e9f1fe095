import { test } from 'uvu'
import { is, throws } from 'uvu/assert'
import { amountOf, isWhole } from './campaign.ts'

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

test('an amount from the environment is a whole number, or one clear line says so', () => {
  const asked = (said: string) => {
    process.env['PROVE_MEGABYTES'] = said
    return () => amountOf('PROVE_MEGABYTES', 1000)
  }
  is(asked('300')(), 300)
  for (const nonsense of ['', '0', '-5', '1e3', '1.5', 'much', "1'; rm -rf /", '100001'])
    throws(asked(nonsense), /^PROVE_MEGABYTES: .* is no whole number .* for example PROVE_MEGABYTES=1000$/)
  delete process.env['PROVE_MEGABYTES']
  is(amountOf('PROVE_MEGABYTES', 1000), 1000)
})

test.run()
