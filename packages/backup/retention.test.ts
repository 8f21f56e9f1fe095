import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { type Kept, retain } from './retention.ts'

const NONE = { pinned: '', current: '' }
const NOW = '20250905_120000'
const verified = (...releases: string[]): Kept[] =>
  releases.map((release) => ({ release, state: 'verified' }))
const kept = (...args: Parameters<typeof retain>) =>
  retain(...args)
    .filter(({ keep }) => keep.length > 0)
    .map(({ release }) => release)

test('the last ones stay, whatever their day', () => {
  const backups = verified('20250905_010000', '20250905_020000', '20250905_030000')
  equal(kept(backups, { last: 2, daily: 0, weekly: 0 }, NONE, NOW), ['20250905_030000', '20250905_020000'])
})

test('of each day the newest stays, and a day without a backup does not count', () => {
  const backups = verified('20250901_010000', '20250901_230000', '20250903_010000', '20250905_010000')
  equal(kept(backups, { last: 0, daily: 3, weekly: 0 }, NONE, NOW), [
    '20250905_010000',
    '20250903_010000',
    '20250901_230000',
  ])
})

test('of each week, from Monday to Sunday, the newest stays', () => {
  // Sunday 31 August and Monday 1 September 2025 are a day apart, and in two weeks.
  const backups = verified('20250831_235959', '20250901_000000', '20250902_000000')
  equal(kept(backups, { last: 0, daily: 0, weekly: 2 }, NONE, NOW), ['20250902_000000', '20250831_235959'])
})

test('the newest verified one stays when the settings keep none at all', () => {
  equal(kept(verified('20240101_000000', '20240102_000000'), { last: 0, daily: 0, weekly: 0 }, NONE, NOW), [
    '20240102_000000',
  ])
})

test('the pinned and the current one stay however old they are', () => {
  const backups = verified('20240101_000000', '20240202_000000', '20250904_000000', '20250905_000000')
  const marks = { pinned: '20240101_000000', current: '20240202_000000' }
  equal(kept(backups, { last: 1, daily: 0, weekly: 0 }, marks, NOW), [
    '20250905_000000',
    '20240202_000000',
    '20240101_000000',
  ])
})

test('one that was never verified takes no place of one that was', () => {
  const backups: Kept[] = [
    ...verified('20250901_000000'),
    { release: '20250830_000000', state: 'complete' },
    { release: '20250902_000000', state: 'complete' },
  ]
  equal(
    retain(backups, { last: 1, daily: 0, weekly: 0 }, NONE, NOW).map(({ release, keep }) => [release, keep]),
    [
      ['20250902_000000', ['not verified yet']],
      ['20250901_000000', ['the newest verified one', 'one of the last']],
      ['20250830_000000', []],
    ],
  )
})

test('while no backup was ever verified none is thrown away', () => {
  const backups: Kept[] = ['20250801_000000', '20250802_000000'].map((release) => ({
    release,
    state: 'complete',
  }))
  equal(kept(backups, { last: 1, daily: 0, weekly: 0 }, NONE, NOW).length, 2)
})

test('one that was never finished goes at once: nobody works on it while this runs', () => {
  const backups: Kept[] = [
    ...verified('20250901_000000'),
    { release: '20250904_115959', state: 'incomplete' },
    { release: '20250904_120001', state: 'incomplete' },
  ]
  equal(kept(backups, { last: 5, daily: 7, weekly: 4 }, NONE, NOW), ['20250901_000000'])
})

test.run()
