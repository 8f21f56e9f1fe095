import { test } from 'uvu'
import { equal, match } from 'uvu/assert'
import { unseenIn } from './before.ts'

const loose = (sql: string) => unseenIn([{ name: 'prisma/migrations/draft.sql', sql }])

test('a loose file that makes a table is no loss: a comparison of schemas sees it', async () => {
  equal(await loose('-- A first draft.\nCREATE TABLE IF NOT EXISTS lessons (id text PRIMARY KEY);\n'), [])
})

test('a loose file that changes rows would be run by nobody, and is named with its line', async () => {
  const [line = ''] = await loose('CREATE TABLE a ();\nUPDATE "User" SET role = \'TEACHER\';\n')
  match(line, /^prisma\/migrations\/draft\.sql:2 update User/)
})

test('a loose file that takes a table away is named: nothing else would', async () => {
  match((await loose('DROP TABLE "Order";\n')).join(), /drop table Order/)
})

test.run()
