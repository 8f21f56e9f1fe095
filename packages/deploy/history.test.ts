import { test } from 'uvu'
import { equal, is, match } from 'uvu/assert'
import { checksumOf, compareHistory, readRow, readTree, troubleOf } from './history.ts'

const init = { name: '1_init', checksum: checksumOf('CREATE TABLE a ();') }
const shop = { name: '2_shop', checksum: checksumOf('CREATE TABLE b ();') }
const done = { ...init, finished: true, rolledBack: false }

test('a migration that only the code has is pending, and no trouble', () => {
  const history = compareHistory([init, shop], [done])
  equal(history, { pending: ['2_shop'], failed: [], edited: [], unknown: [] })
  is(troubleOf(history), undefined)
})

test('one that began and never finished is P3009', () => {
  match(troubleOf(compareHistory([init], [{ ...done, finished: false }])) ?? '', /P3009.*1_init/)
})

test('one that was edited after it was applied is named: `migrate status` does not see it', () => {
  match(troubleOf(compareHistory([{ ...init, checksum: 'other' }], [done])) ?? '', /edited.*1_init/)
})

test('one that the code does not have means that the database is ahead', () => {
  match(troubleOf(compareHistory([], [done])) ?? '', /ahead.*1_init/)
})

test('one that was rolled back is as if it had never been', () => {
  equal(compareHistory([init], [{ ...done, rolledBack: true }]).pending, ['1_init'])
})

test('loose files beside the migrations are none', () => {
  const sum = checksumOf('')
  const { migrations, loose } = readTree(
    `${sum} *prisma/migrations/2_b/migration.sql\n${sum} *prisma/migrations/1_a/migration.sql\n${sum} *prisma/migrations/esl.sql\n`,
  )
  equal(
    migrations.map(({ name }) => name),
    ['1_a', '2_b'],
  )
  equal(loose, ['prisma/migrations/esl.sql'])
})

test('a row is read as the database gives it', () => {
  equal(readRow(['1_init', 'x', 't', 'f']), {
    name: '1_init',
    checksum: 'x',
    finished: true,
    rolledBack: false,
  })
})

test.run()
