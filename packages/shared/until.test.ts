import { test } from 'uvu'
import { is, ok } from 'uvu/assert'
import { Stop } from './exit.ts'
import { run } from './step.ts'
import { until } from './until.ts'

const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  )

test('it asks again until there is an answer', async () => {
  let asked = 0
  is(await until('the app', 5, async () => (++asked < 3 ? undefined : 'ready'), 1), 'ready')
  is(asked, 3)
})

test('in a dry run it asks once: nothing was begun that could be waited for', async () => {
  run.dryRun = true
  let asked = 0
  await until('the app', 5, async () => (++asked < 3 ? undefined : 'ready'), 1)
  run.dryRun = false
  is(asked, 1)
})

test('no, nothing and zero are answers too', async () => {
  for (const answer of [false, null, 0, '']) is(await until('it', 1, async () => answer), answer)
})

test('the deadline is a failure that says what was awaited and for how long', async () => {
  const since = Date.now()
  const error = await failure(until('the database', 0.2, async () => undefined, 30))
  ok(error instanceof Stop)
  is(error.code, 1)
  is(error.message, 'the database: not within 0.2 s')
  ok(Date.now() - since < 1500)
})

test('an error in the question is not swallowed', async () => {
  let asked = 0
  const broken = async () => {
    asked++
    throw new Error('no such container')
  }
  is((await failure(until('it', 5, broken))).message, 'no such container')
  is(asked, 1)
})

test.run()
