import { test } from 'uvu'
import { equal, is, match } from 'uvu/assert'
import { sha256 } from './hash.ts'
import { compareHistory, type Remembered, readMigrations, troubleOf } from './migrations.ts'

const init = { name: '1_init', sql: 'CREATE TABLE a ();' }
const shop = { name: '2_shop', sql: 'CREATE TABLE b ();' }
const done: Remembered = {
  name: '1_init',
  checksum: sha256(init.sql),
  finished: true,
  rolledBack: false,
  logs: '',
}
const failed = { ...done, finished: false, logs: 'column already exists' }
const names = (list: { name: string }[]) => list.map(({ name }) => name)

test('a migration that only the code has is pending, and no trouble', () => {
  const history = compareHistory([done], [init, shop])
  equal(names(history.pending), ['2_shop'])
  is(troubleOf(history), undefined)
})

test('one that began and never finished is P3009, and still pending', () => {
  const history = compareHistory([failed], [init])
  match(troubleOf(history) ?? '', /P3009.*1_init/)
  equal(names(history.pending), ['1_init'])
})

test('one that failed and has left the code is P3009 all the same', () => {
  match(troubleOf(compareHistory([done, { ...failed, name: '3_gone' }], [init])) ?? '', /P3009.*3_gone/)
})

test('a second attempt that succeeded makes the first one history', () => {
  equal(compareHistory([failed, done], [init]).failed, [])
})

test('one that was edited after it was applied is named: `migrate status` does not see it', () => {
  match(troubleOf(compareHistory([{ ...done, checksum: 'other' }], [init])) ?? '', /edited.*1_init/)
})

test('one that the code does not have means that the database is ahead', () => {
  match(troubleOf(compareHistory([done], [])) ?? '', /ahead.*1_init/)
})

test('one that was rolled back is as if it had never been', () => {
  const history = compareHistory([{ ...failed, rolledBack: true }], [init])
  equal(names(history.pending), ['1_init'])
  is(troubleOf(history), undefined)
})

test('files keep every byte of their text, and loose ones are no migrations', () => {
  const files = readMigrations(
    'prisma/migrations/2_shop/migration.sql\nCREATE TABLE b ();\n\n\0prisma/migrations/1_init/migration.sql\nCREATE TABLE a ();\0prisma/migrations/backfill.sql\nUPDATE a;\n\0',
  )
  equal(files.migrations, [init, { ...shop, sql: `${shop.sql}\n\n` }])
  equal(names(files.loose), ['prisma/migrations/backfill.sql'])
})

test.run()
