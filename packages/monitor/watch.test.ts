import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { MemorySample, Sample } from './thresholds.ts'
import { line, memoryTrend, readRounds, restarted, roundsOf } from './watch.ts'

const MB = 1024 ** 2
const samples = (...megabytes: number[]): MemorySample[] =>
  megabytes.map((size, hour) => ({
    at: new Date(Date.UTC(2025, 8, 5, hour)).toISOString(),
    restarts: 0,
    appBytes: size * MB,
    memoryPercent: 40,
  }))

test('a day by the hour has a round at its beginning and one at its end', () => {
  assert.is(roundsOf(24, 60), 25)
  assert.is(roundsOf(0.01, 0.2), 4)
})

test('a round is one line that marks what is out of bounds', () => {
  const findings = [
    { metric: 'Response time', value: '83 ms', limit: '< 500 ms', ok: true },
    { metric: 'Disk usage', value: '91 %', limit: '< 85 %', ok: false },
  ]
  assert.is(
    line('2025-09-05T04:30:00.000Z', findings),
    '2025-09-05 04:30  1 out of bounds  response time 83 ms · ! disk usage 91 %',
  )
})

test('a restart between two rounds is noticed, a new container is not one', () => {
  const with3 = { restarts: 3 } as Sample
  assert.ok(restarted(undefined, with3).ok)
  assert.ok(restarted(with3, with3).ok)
  assert.is(restarted(with3, { restarts: 5 } as Sample).value, '2')
  assert.not.ok(restarted(with3, { restarts: 5 } as Sample).ok)
  assert.ok(restarted(with3, { restarts: 0 } as Sample).ok)
})

test('reads the kept rounds, but for a line that a crash cut short', () => {
  const kept = '{"sample":{"at":"a"},"findings":[]}\n{"sample":{"at":"b"},"fin'
  assert.equal(
    readRounds(kept).map(({ sample }) => sample.at),
    ['a'],
  )
  assert.equal(readRounds(''), [])
})

test('memory that comes and goes is stable, memory that only grows is not', () => {
  assert.ok(memoryTrend(samples(120, 180, 130, 170, 125, 140), 80).stable)
  const leak = memoryTrend(samples(120, 180, 240, 300, 360, 420), 80)
  assert.not.ok(leak.stable)
  assert.match(leak.says, '150 MB → 390 MB in 5 h')
})

test('a young process may fill its caches', () => assert.ok(memoryTrend(samples(20, 30, 40), 80).stable))

test('memory is not stable when the app was restarted, was away, or the server has none left', () => {
  const [first, second, third] = samples(100, 100, 100) as [MemorySample, MemorySample, MemorySample]
  assert.match(memoryTrend([first, second, { ...third, restarts: 1 }], 80).says, 'restarted')
  assert.match(memoryTrend([first, second, { ...third, appBytes: 0 }], 80).says, 'not running')
  assert.not.ok(memoryTrend([first, second, { ...third, memoryPercent: 93 }], 80).stable)
})

test.run()
