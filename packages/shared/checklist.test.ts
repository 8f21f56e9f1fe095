import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { chosen, failures, readChecks } from './checklist.ts'
import { Stop } from './exit.ts'
import { readNumber } from './numbers.ts'

const stops = (code: number) => (error: unknown) => error instanceof Stop && error.code === code
const check = (title: string, ok: boolean) => ({ title, ok, says: '' })

test('names what failed', () => {
  assert.is(failures([check('Homepage', true), check('Theme', true)]), undefined)
  assert.is(failures([check('Homepage', true), check('Theme', false)]), '1 of 2 checks failed: Theme')
})

test('having checked nothing is not a success', () => assert.is(failures([]), 'Nothing was checked'))

test('chooses tests by words of their titles, and none by a typing error', () => {
  const tests = { 'Homepage loads correctly': 1, 'Seeds of Empowerment theme displays': 2 }
  assert.equal(
    chosen(tests, undefined).map(([, value]) => value),
    [1, 2],
  )
  assert.equal(
    chosen(tests, 'Theme').map(([, value]) => value),
    [2],
  )
  assert.throws(() => chosen(tests, 'theme,hompage'), stops(2))
})

test('reads back the checks that a script printed, as a table or as lines of JSON, and nothing else', () => {
  const checks = [
    { title: 'Memory usage', ok: true, says: '15.7 % (< 80 %)  app 22.7 MB' },
    { title: '.env is closed', ok: false, says: '' },
  ]
  const table = 'Some table\nok      Memory usage    15.7 % (< 80 %)  app 22.7 MB\nFAILED  .env is closed\n{}'
  assert.equal(readChecks(table), checks)
  assert.equal(readChecks(checks.map((one) => JSON.stringify(one)).join('\n')), checks)
  assert.equal(readChecks('/home/ubuntu/backups/20250905_043000\nokay  then'), [])
})

test('reads the number of a flag, and says what is wrong with another', () => {
  assert.is(readNumber('--every', undefined, 60), 60)
  assert.is(readNumber('--every', '0.5', 60), 0.5)
  for (const value of ['', '0', '-1', 'soon', '1e3', '5 6'])
    assert.throws(() => readNumber('--every', value, 60), stops(2))
})

test.run()
