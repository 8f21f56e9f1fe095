import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import type { State, Step } from './journal.ts'
import { checksOf, outcomeOf } from './outcome.ts'

/** Steps, one a second, written as `phase4 4. Apply failed`. */
const steps = (...lines: string[]): Step[] =>
  lines.map((line, index) => {
    const [, script = '', title = '', state = ''] = /^(\S+) (.*) (\w+)$/.exec(line) ?? []
    return { script, title, from: index * 1000, to: index * 1000 + 900, state: state as State, why: '' }
  })
const through = ['phase1 1. Stand done', 'phase4 6. Swap done', 'phase6 6. The deployment is finished done']
const told = (lines: string[], unfinished = false) => {
  const { state, wrong } = outcomeOf(steps(...lines), unfinished)
  return [state, wrong?.title]
}

test('all six phases: deployed', () => {
  equal(told(['backup 1. Create done', ...through]), ['deployed', undefined])
})

test('without a window it is deployed by one script, also when that was taken up again', () => {
  const online = ['without-window 1. Decide done', 'without-window 7. Stop done']
  equal(told(online, true), ['unfinished', undefined])
  equal(
    told([
      ...online,
      'without-window 1. Decide already',
      'without-window 11. The deployment is finished done',
    ]),
    ['deployed', undefined],
  )
  equal(told(['without-window 1. Decide refused']), ['failed', '1. Decide'])
})

test('a failure that a second try mended is past', () => {
  equal(told(['phase1 1. Stand done', 'phase4 4. Apply lost', 'phase4 4. Apply done', ...through.slice(1)]), [
    'deployed',
    undefined,
  ])
})

test('failed before the window, with the section when its script keeps no steps', () => {
  equal(told(['prepare 2. Go or no-go refused', 'deploy Go or no-go refused']), ['failed', '2. Go or no-go'])
  equal(told(['deploy Environment Variables Preparation refused']), [
    'failed',
    'Environment Variables Preparation',
  ])
})

test('failed inside the window, and left for a look', () => {
  equal(told(['phase1 1. Stand done', 'phase4 4. Apply failed', 'deploy Phase 4 failed'], true), [
    'failed',
    '4. Apply',
  ])
})

test('failed and rolled back, and why', () => {
  const back = ['immediate 1. Stop done', 'immediate 6. Verify rollback done']
  equal(told(['phase1 1. Stand done', 'phase5 4. Wait failed', ...back]), ['rolled back', '4. Wait'])
  is(outcomeOf(steps(...back), false).rollback, 1900)
})

test('rolled back by hand from a good deployment: nothing went wrong', () => {
  equal(told([...through, 'immediate 1. Stop done', 'immediate 6. Verify rollback done']), [
    'rolled back',
    undefined,
  ])
})

test('a rollback of the database alone is told from a whole one', () => {
  const { state, databaseOnly } = outcomeOf(
    steps(...through, 'database-only 1. Stop the app done', 'database-only 3. Restart the app done'),
    false,
  )
  equal([state, databaseOnly], ['rolled back', true])
})

test('a rollback that was killed and run again is timed from its second run', () => {
  const outcome = outcomeOf(
    steps(
      ...through,
      'immediate 1. Stop done',
      'immediate 3. Restore database lost',
      'immediate 1. Stop done',
      'immediate 6. Verify rollback done',
    ),
    false,
  )
  equal([outcome.state, outcome.wrong, outcome.rollback], ['rolled back', undefined, 1900])
})

test('a rollback that did not come to its end is a failure', () => {
  equal(told([...through, 'immediate 1. Stop done', 'immediate 3. Restore database failed'], true), [
    'failed',
    '3. Restore database',
  ])
})

test('under way, or only prepared', () => {
  equal(told(['phase1 1. Stand done'], true), ['unfinished', undefined])
  equal(told(['backup 1. Create done']), ['prepared', undefined])
})

test('of checks that were made twice the newer ones count', () => {
  const entry = (ok: boolean) => ({
    at: '',
    who: '',
    script: 'deploy',
    step: 'Functional Tests',
    checks: [{ title: 'Homepage', ok, says: '' }],
  })
  equal(
    checksOf([entry(false), entry(true)]).map(({ ok }) => ok),
    [true],
  )
})

test.run()
