import { setTimeout as pause } from 'node:timers/promises'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { checklist, chosen, failures, readChecks } from './checklist.ts'
import { Stop } from './exit.ts'
import { readNumber } from './numbers.ts'

const stops = (code: number) => (error: unknown) => error instanceof Stop && error.code === code
const check = (title: string, ok: boolean) => ({ title, ok, says: '' })

test('names what failed', () => {
  assert.is(failures([check('Homepage', true), check('Theme', true)]), undefined)
  assert.is(failures([check('Homepage', true), check('Theme', false)]), '1 of 2 checks failed: Theme')
})

test('having checked nothing is not a success', () => assert.is(failures([]), 'Nothing was checked'))

test('looks at several things at once, four at most, and says what came of them in their order', async () => {
  let [atWork, most] = [0, 0]
  const look = (says: string, ms: number) => async () => {
    most = Math.max(most, ++atWork)
    await pause(ms)
    atWork--
    return says
  }
  const printed: string[] = []
  const list = checklist()
  await list.checkAll({
    slow: look('was slow', 40),
    wrong: () => Promise.reject(new Stop(3, 'is wrong')),
    third: look('3', 10),
    fourth: look('4', 10),
    fifth: look('5', 10),
    sixth: look('6', 1),
  })
  const write = process.stdout.write.bind(process.stdout)
  process.stdout.write = (text: string | Uint8Array) => {
    printed.push(String(text))
    return true
  }
  try {
    list.print()
  } finally {
    process.stdout.write = write
  }
  assert.is(most, 4)
  assert.equal(
    readChecks(printed.join('')).map(({ title, ok }) => `${title} ${ok}`),
    ['slow true', 'wrong false', 'third true', 'fourth true', 'fifth true', 'sixth true'],
  )
})

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
