import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import type { Entry } from '../run/standing.ts'
import { actsOf, sectionOf, stepsOf } from './journal.ts'

const noon = Date.parse('2025-09-05T12:00:00Z')
const entry = (second: number, script: string, step: string, state: string, ms?: number): Entry => ({
  at: new Date(noon + second * 1000).toISOString(),
  who: 'ann',
  script,
  step,
  state,
  ...(ms !== undefined && { ms }),
})
const shown = (journal: Entry[]) =>
  stepsOf(journal).map(({ title, from, to, state }) => [
    title,
    (from - noon) / 1000,
    (to - noon) / 1000,
    state,
  ])

test('a step lies between its beginning and its end', () => {
  equal(shown([entry(0, 'phase2', '1. Stop', 'begun'), entry(3, 'phase2', '1. Stop', 'done', 3000)]), [
    ['1. Stop', 0, 3, 'done'],
  ])
})

test('a step whose beginning was not written yet is placed by how long it took', () => {
  equal(shown([entry(5, 'backup', '1. Create', 'done', 2000)]), [['1. Create', 3, 5, 'done']])
})

test('a step that began and never ended is lost; begun anew it is two', () => {
  const journal = [
    entry(0, 'phase4', '4. Apply', 'begun'),
    entry(2, 'phase4', 'other', 'done', 100),
    entry(60, 'phase4', '4. Apply', 'begun'),
    entry(65, 'phase4', '4. Apply', 'done', 5000),
  ]
  equal(shown(journal), [
    ['4. Apply', 0, 2, 'lost'],
    ['other', 1.9, 2, 'done'],
    ['4. Apply', 60, 65, 'done'],
  ])
})

test('what is no step is passed over', () => {
  const checks = { ...entry(1, 'deploy', 'Functional Tests', 'done'), checks: [] }
  delete checks.state
  is(shown([checks, { at: 'yesterday', who: 'ann', script: 'x', step: 'y', state: 'done' }]).length, 0)
})

test('a rollback on the next morning is an act of its own', () => {
  const acts = actsOf(
    stepsOf([
      entry(10, 'phase6', '5. Test', 'done', 9000),
      entry(11, 'deploy', 'Phase 6: Verification', 'done', 11_000),
      entry(200, 'phase6', '6. Finish', 'done', 10),
      entry(60_000, 'immediate', '1. Stop', 'done', 500),
    ]),
  )
  equal(
    acts.map(({ steps }) => steps.length),
    [3, 1],
  )
  equal(acts[0]?.from, noon)
})

test('a script is shown under the section of the plan that it mirrors', () => {
  equal(['phase4', 'immediate', 'no-space-left'].map(sectionOf), [
    'Phase 4: Database Migration',
    'Immediate Rollback',
    'no-space-left',
  ])
})

test.run()
