import { test } from 'uvu'
import { equal, is, ok } from 'uvu/assert'
import { boundaryIn } from './attempt.ts'
import {
  type Boundary,
  campaign,
  claim,
  dealt,
  earlier,
  isRandom,
  killBorders,
  kinds,
  nameOf,
  release,
  shareOf,
  shortCampaign,
  untried,
} from './cases.ts'

const border = (operation: Boundary['operation'], script: string, step: string): Boundary[] => [
  { operation, script, step, state: 'begun' },
  { operation, script, step, state: 'done' },
]
const boundaries = [
  ...border('backup', 'backup', '1. Backup database'),
  ...border('deploy', 'phase3', '3. Checkout v3-ui-overhaul'),
  ...border('deploy', 'phase4', '5. Verify critical tables'),
  ...border('deploy', 'phase4', '6. Run Prisma migrate deploy'),
  ...border('rollback', 'immediate', '3. Restore database'),
]

test('the operator is killed at every border, and every other fault comes in the window', () => {
  const cases = campaign(boundaries, 1)
  const between = boundaries.find(({ step, state }) => step.startsWith('5.') && state === 'done')
  for (const at of boundaries)
    is(
      cases.some((one) => one.kind === 'kill' && one.at === at),
      at !== between,
    )
  for (const kind of kinds)
    ok(cases.some((one) => one.kind === kind && one.operation !== 'backup' && typeof one.at !== 'number'))
  is(cases.filter(({ at }) => typeof at === 'number').length, 50)
})

test('the borders come first: they are tried before the time is over', () => {
  const atBorder = campaign(boundaries, 1).map((one) => killBorders([one]).length)
  equal(atBorder, [...atBorder].sort().reverse())
})

test('the same seed is the same campaign', () => {
  equal(campaign(boundaries, 7), campaign(boundaries, 7))
  ok(campaign(boundaries, 7).map(nameOf).join() !== campaign(boundaries, 8).map(nameOf).join())
})

test('a rollback begins where the server is all new, everything else where it is all old', () => {
  const cases = campaign(boundaries, 1)
  is(dealt(cases, 'new')?.operation, 'rollback')
  ok(dealt(cases, 'old')?.operation !== 'rollback')
  is(dealt([], 'old'), undefined)
})

test('two lanes that pass other borders kill at each of them once, and share the rest', () => {
  const more = [...border('deploy', 'phase1', '9. Only here'), ...boundaries]
  const lists = [campaign(boundaries, 1), campaign(more, 1)]
  const claimed = new Set<string>()
  const tried = lists.flatMap((cases, lane) => shareOf(cases, lane, 2).filter((one) => claim(one, claimed)))
  const all = new Set(lists.flatMap(killBorders))
  equal(killBorders(tried).sort(), [...all].sort())
  ok(all.has('phase1 9. Only here begun'))
  const others = lists.map((cases) => cases.length - killBorders(cases).length)
  is(tried.length - all.size, Math.ceil(others[0]! / 2) + Math.floor(others[1]! / 2))
  is(tried.filter(isRandom).length, 50)
})

test('a border where the fault came too late was not met, and one that no lane came to is one case', () => {
  const cases = campaign(boundaries, 1)
  const border = cases.find((one) => killBorders([one]).length > 0)!
  const claimed = new Set<string>()
  ok(claim(border, claimed))
  release(border, claimed)
  is(claimed.size, 0)
  const moment = cases.find(({ at }) => typeof at === 'number')!
  is(untried([[border, moment], [{ ...border }]]), 2)
  is(untried([[], []]), 0)
})

test('a random moment that came too late is met earlier, a border is not tried again', () => {
  const one = { operation: 'deploy', kind: 'kill', at: 0.9, onward: 'resume' } as const
  equal(earlier(one), [{ ...one, at: 0.9 * 0.8 }])
  equal(earlier({ ...one, at: boundaries[0]! }), [])
})

test('the short form names the places where a death costs most', () => {
  equal(shortCampaign(boundaries, 1).slice(0, 3).map(nameOf), [
    'kill when phase4 says "6. Run Prisma migrate deploy" begun, then resume',
    'kill when immediate says "3. Restore database" begun, then rollback',
    'interrupt when phase3 says "3. Checkout v3-ui-overhaul" begun, then rollback',
  ])
})

test('a border is read from the events of a script, not from the words of deploy.ts around it', () => {
  const event = (script: string, state: string) =>
    JSON.stringify({ at: '', script, event: 'step', title: '1. Look', state })
  equal(boundaryIn(event('phase1', 'begun'), 'deploy'), {
    operation: 'deploy',
    script: 'phase1',
    step: '1. Look',
    state: 'begun',
  })
  is(boundaryIn(event('deploy', 'begun'), 'deploy'), undefined)
  is(boundaryIn(event('phase1', 'already'), 'deploy'), undefined)
  is(boundaryIn('plain words', 'deploy'), undefined)
})

test.run()
