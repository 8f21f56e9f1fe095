import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { COUNT, ERROR, ERRORS, readAppLog } from './logs.ts'

const awk = (lines: string[], ...words: string[]) =>
  spawnSync('awk', words, { input: lines.map((line) => `${line}\n`).join(''), encoding: 'utf8' }).stdout
const errorsIn = (lines: string[]) => readAppLog(awk(lines, '-v', `error=${ERROR}`, ERRORS))
const at = (second: number, line: string) => `2025-09-05T04:30:0${second}.123456789Z ${line}`

test('a clean log is an answer: no errors', () => {
  assert.equal(errorsIn([at(1, 'Ready on http://localhost:3000'), at(2, 'GET /errors 200')]), {
    lines: 2,
    errors: 0,
    newest: [],
  })
  assert.equal(errorsIn([]), { lines: 0, errors: 0, newest: [] })
})

test('counts what grep ERROR counts, and what it misses', () => {
  for (const line of [
    'ERROR: relation "User" does not exist',
    'Error: connect ECONNREFUSED',
    'TypeError: x is not a function',
    'PrismaClientKnownRequestError: \n',
    'Unhandled Rejection',
    'FATAL ERROR: Reached heap limit - JavaScript heap out of memory',
  ]) {
    assert.is(errorsIn([at(1, line)]).errors, 1, line)
    assert.match(line, new RegExp(ERROR), 'JavaScript reads the pattern as awk does')
  }
  for (const line of ['0 errors', 'error_log off', 'NO_ERROR', 'GET /api/errors', 'terror: a story'])
    assert.is(errorsIn([at(1, line)]).errors, 0, line)
})

test('keeps the newest error lines with their times', () => {
  const { errors, newest } = errorsIn(
    [1, 2, 3, 4, 5, 6, 7].map((second) => at(second, `Error: number ${second}`)),
  )
  assert.is(errors, 7)
  assert.equal(
    newest.map(({ line }) => line),
    [3, 4, 5, 6, 7].map((second) => `Error: number ${second}`),
  )
  assert.is(newest.at(-1)?.at.toISOString(), '2025-09-05T04:30:07.123Z')
})

const visit = (time: string, status: number, request = 'GET / HTTP/1.1') =>
  `203.0.113.9 - - [${time} +0000] "${request}" ${status} 612 "-" "a browser"`

test('counts what nginx answered, the maintenance page by itself', () => {
  const lines = [
    visit('05/Sep/2025:04:30:00', 200),
    visit('05/Sep/2025:04:30:01', 502),
    visit('05/Sep/2025:04:30:02', 503),
    visit('05/Sep/2025:04:30:03', 404),
    visit('05/Sep/2025:04:30:04', 400, '\\x16\\x03\\x01'),
    'nginx: [notice] a line of another kind',
  ]
  assert.is(awk(lines, COUNT), '5 1 1\n')
  assert.is(awk([], COUNT), '0 0 0\n')
})

test('counts nothing from before the moment that was asked for, over midnight and new year', () => {
  const lines = [
    visit('31/Dec/2025:23:59:58', 502),
    visit('31/Dec/2025:23:59:59', 200),
    visit('01/Jan/2026:00:00:00', 500),
  ]
  assert.is(awk(lines, '-v', 'from=20251231235959', COUNT), '2 1 0\n')
})

test.run()
