import { test } from 'uvu'
import { equal, is, match } from 'uvu/assert'
import { checkBackup, checkCertificate, checkDirty, checkPort, checkProof, checkSpace } from './checks.ts'

const now = Date.parse('2025-09-05T04:30:00Z') / 1000
const taken = (minutes: number) => ({ taken: new Date((now - minutes * 60) * 1000).toISOString() })
const verified = { verified: '2025-09-05T04:00:00Z' }

test('a backup that was never verified is no go, and the next command is verify', () => {
  const check = checkBackup({}, taken(5), now, 60)
  is(check.ok, false)
  match(check.next ?? '', /verify/)
})

test('a backup of an hour and a minute is too old where an hour is the limit', () => {
  is(checkBackup(verified, taken(60), now, 60).ok, true)
  is(checkBackup(verified, taken(61), now, 60).ok, false)
})

test('a backup whose time cannot be read is no go', () => {
  is(checkBackup(verified, {}, now, 60).ok, false)
})

test('a proof for another commit than the branch has now is no go', () => {
  is(checkProof({}, 'b').ok, false)
  is(checkProof({ commit: 'a', recipe: 'deploy', losses: [] }, 'b').ok, false)
  is(checkProof({ commit: 'b', recipe: 'deploy', losses: [] }, 'b').ok, true)
})

test('what the migration loses is said with its rows', () => {
  const losses = [{ what: 'table' as const, name: 'public.Order', rows: 6000 }]
  match(checkProof({ commit: 'b', recipe: 'deploy', losses }, 'b').says, /6000 rows/)
})

test('local changes are no go until the operator has said what becomes of them', () => {
  is(checkDirty([' M docker-compose.yml'], 'refuse').ok, false)
  is(checkDirty([' M docker-compose.yml'], 'reapply').ok, true)
  is(checkDirty(['?? notes.txt'], 'refuse').ok, true)
})

test('a second copy of the database must fit', () => {
  is(checkSpace(1024 ** 3, 1024 ** 3).ok, true)
  is(checkSpace(1024 ** 3 - 1, 1024 ** 3).ok, false)
})

test('a certificate must outlive the days after the deployment', () => {
  const now = Date.parse('2025-09-05T04:30:00Z') / 1000
  const on = (date: string) => checkCertificate(new Date(date), true, now)
  equal(on('2026-09-05T04:30:00Z').says, 'valid for more than 90 days')
  is(on('2025-09-13T04:30:00Z').ok, true)
  is(on('2025-09-10T04:30:00Z').ok, false)
  equal(on('2025-09-10T04:30:00Z').says, 'valid for 5 days')
  equal(on('2025-09-02T04:30:00Z').says, 'expired 3 days ago')
  is(checkCertificate(undefined, true, now).ok, false)
  is(checkCertificate(undefined, false, now).ok, true)
})

test("nobody but Docker may hold the app's port", () => {
  const held = (by: string) => `LISTEN 0 4096 0.0.0.0:3000 0.0.0.0:* users:(("${by}",pid=812,fd=4))`
  is(checkPort('3000', held('docker-proxy')).ok, true)
  is(checkPort('3000', '').ok, true)
  is(checkPort(undefined, '').says, 'not published')
  is(checkPort('3000', held('node')).ok, false)
  is(checkPort('3000', held('node')).says, '3000: held by node')
})

test.run()
