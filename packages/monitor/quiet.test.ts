import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { quiet } from './quiet.ts'

const NOW = Date.UTC(2025, 8, 5, 5) / 1000
const app = (minutes: number) => ({
  status: 'running',
  restarts: 0,
  outOfMemory: false,
  startedAt: NOW - minutes * 60,
})
const clean = { lines: 12, errors: 0, newest: [] }

test('half an hour without an error is quiet', () => {
  assert.equal(quiet(app(45), clean, NOW, 30), { ok: true, says: 'no error among 12 lines in 30 min 00 s' })
})

test('an app that is younger than that says how long still', () => {
  const { ok, says } = quiet(app(12), clean, NOW, 30)
  assert.not.ok(ok)
  assert.is(says, 'no error in 12 min 00 s, since the app started; 18 min 00 s to go')
})

test('an error begins the half hour anew', () => {
  const newest = [{ at: new Date((NOW - 10 * 60) * 1000), line: 'Error: mail server refused' }]
  const { ok, says } = quiet(app(45), { lines: 12, errors: 1, newest }, NOW, 30)
  assert.not.ok(ok)
  assert.match(
    says,
    '1 errors in 30 min 00 s; if none follows, 20 min 00 s to go; the last: Error: mail server refused',
  )
})

test('an app that does not run is not a quiet one', () => {
  assert.is(quiet({ ...app(45), status: 'exited' }, clean, NOW, 30).says, 'the app is exited')
})

test.run()
