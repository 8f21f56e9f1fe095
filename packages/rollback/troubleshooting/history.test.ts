import { compareHistory, type Remembered, sha256 } from '@stories/shared'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { changesRows, verdict } from './history.ts'

const code = [
  { name: '1_init', sql: 'CREATE TABLE "User" ();' },
  { name: '2_token_version', sql: 'ALTER TABLE "User" ADD COLUMN "tokenVersion" INTEGER;' },
]
const applied = (name: string, sql = code.find((one) => one.name === name)?.sql ?? ''): Remembered => ({
  name,
  checksum: sha256(sql),
  finished: true,
  rolledBack: false,
  logs: '',
})
const failed = (name: string): Remembered => ({
  ...applied(name),
  finished: false,
  logs: 'column already exists',
})
const rolledBack = (name: string): Remembered => ({ ...failed(name), rolledBack: true })
const judge = (remembered: Remembered[], same: boolean) => {
  const { kind, names } = verdict(compareHistory(remembered, code), same)
  return `${kind} ${names.join(' ')}`.trim()
}

test('an agreeing history needs nothing', () =>
  assert.is(judge([applied('1_init'), applied('2_token_version')], true), 'nothing'))

test('a column that is there already is made known, not dropped', () => {
  assert.is(judge([applied('1_init'), failed('2_token_version')], true), 'applied 2_token_version')
  assert.is(judge([applied('1_init')], true), 'applied 2_token_version')
  assert.is(judge([], true), 'applied 1_init 2_token_version')
})

test('a failed migration is put out of the way when the database still lacks something', () => {
  assert.is(judge([applied('1_init'), failed('2_token_version')], false), 'rolled-back 2_token_version')
})

test('a migration that was rolled back or not begun is left to be tested on a copy', () => {
  assert.is(judge([applied('1_init'), rolledBack('2_token_version')], false), 'test 2_token_version')
  assert.is(judge([applied('1_init')], false), 'test 2_token_version')
})

test('a failed migration that the code no longer has bars the way no more', () => {
  const all = [applied('1_init'), applied('2_token_version'), failed('3_gone')]
  assert.is(judge(all, true), 'rolled-back 3_gone')
})

test('sees that a migration also changes rows', () => {
  assert.ok(changesRows({ name: 'x', sql: 'ALTER TABLE a ADD b int;\nUPDATE a SET b = 1;' }))
  assert.ok(changesRows({ name: 'x', sql: 'do $$ begin end $$' }))
  assert.not.ok(
    changesRows({ name: 'x', sql: '-- UPDATE later\nALTER TABLE a ADD b int;\nCREATE INDEX i ON a (b);' }),
  )
})

test.run()
