import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import { filesOf, review } from './review.ts'

const sql =
  '-- 1_users\nALTER TABLE "User" ADD COLUMN "tokenVersion" INTEGER NOT NULL DEFAULT 0;\n-- 2_shop\n-- DropTable\nDROP TABLE "Order";\n'

test('migration.sql is read as the files that it was made of', () => {
  equal(
    filesOf(sql, ['1_users', '2_shop']).map(({ file }) => file),
    ['1_users', '2_shop'],
  )
  equal(filesOf('-- CreateTable\nCREATE TABLE a ();', []), [
    { file: 'migration.sql', sql: '-- CreateTable\nCREATE TABLE a ();' },
  ])
})

test('a table that goes is found in its file, and the release is not additive', async () => {
  const { statements, additive } = await review({ sql, recipe: 'deploy', migrations: ['1_users', '2_shop'] })
  is(additive, false)
  equal(
    statements.map(({ file, statement }) => [file, statement.effects.includes('loses data')]),
    [
      ['1_users', false],
      ['2_shop', true],
    ],
  )
})

test('a transaction inside a migration file is a problem of that file', async () => {
  const { problems } = await review({
    sql: '-- a\nBEGIN;\nSELECT 1;\nCOMMIT;',
    recipe: 'deploy',
    migrations: ['a'],
  })
  is(problems[0]?.file, 'a')
  is(problems[0]?.code, 'E21')
})

test.run()
