import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { judge, type Limits, median, type Sample, standing } from './thresholds.ts'

const LIMITS: Limits = {
  responseMs: 500,
  errorPercent: 0.1,
  connections: 50,
  memoryPercent: 80,
  diskPercent: 85,
}
const GOOD: Sample = {
  at: '2025-09-05T04:30:00.000Z',
  app: 'running',
  restarts: 0,
  responseMs: 83,
  requests: 2000,
  failedRequests: 1,
  logErrors: 0,
  connections: 7,
  memoryPercent: 43.2,
  appBytes: 64 * 1024 ** 2,
  diskPercent: 32,
}
const wrong = (change: Partial<Sample>) =>
  judge({ ...GOOD, ...change }, LIMITS)
    .filter(({ ok }) => !ok)
    .map(({ metric, value }) => `${metric}: ${value}`)

test('a healthy server is within the limits of the plan', () => assert.equal(wrong({}), []))

test('each metric is out of bounds where the plan says so, and not one below', () => {
  assert.equal(wrong({ responseMs: 500 }), ['Response time: 500 ms'])
  assert.equal(wrong({ responseMs: 499 }), [])
  assert.equal(wrong({ failedRequests: 2 }), ['Error rate: 0.1 % (2 of 2000)'])
  assert.equal(wrong({ connections: 50 }), ['Database connections: 50'])
  assert.equal(wrong({ memoryPercent: 80 }), ['Memory usage: 80 %'])
  assert.equal(wrong({ diskPercent: 85 }), ['Disk usage: 85 %'])
  assert.equal(wrong({ logErrors: 1 }), ['Errors in the log: 1'])
  assert.equal(wrong({ app: 'restarting' }), ['App: restarting'])
})

test('a site that gives no page is not a fast one', () =>
  assert.equal(wrong({ responseMs: null }), ['Response time: no page']))

test('without visitors there is no error rate, and without an access log it is said to be unknown', () => {
  assert.equal(wrong({ requests: 0, failedRequests: 0 }), [])
  const [rate] = judge({ ...GOOD, requests: null, failedRequests: null }, LIMITS).filter(
    ({ metric }) => metric === 'Error rate',
  )
  assert.match(rate?.value ?? '', 'not measured')
})

test('one bad round is a moment, two running are a state', () => {
  const [good, slow, full] = [
    judge(GOOD, LIMITS),
    judge({ ...GOOD, responseMs: 900 }, LIMITS),
    judge({ ...GOOD, diskPercent: 99 }, LIMITS),
  ]
  const metrics = (...rounds: (typeof good)[]) => standing(rounds, 2).map(({ metric }) => metric)
  assert.equal(metrics(slow), [])
  assert.equal(metrics(slow, good, slow), [])
  assert.equal(metrics(slow, full), [], 'another metric each time')
  assert.equal(metrics(good, slow, slow), ['Response time'])
  assert.equal(
    standing([slow], 1).map(({ metric }) => metric),
    ['Response time'],
  )
})

test('the median is not moved by one slow visit', () => {
  assert.is(median([20, 9000, 10]), 20)
  assert.is(median([10, 20]), 15)
  assert.ok(Number.isNaN(median([])))
})

test.run()
