import { test } from 'uvu'
import { equal, match } from 'uvu/assert'
import { review } from './review.ts'
import { unrun } from './unrun.ts'

const read = async (sql: string) =>
  (await review({ sql: `-- 1_a\n${sql}`, recipe: 'deploy', migrations: ['1_a'] })).statements
const left = async (migration: string, diff: string) => unrun(await read(migration), await read(diff))

test('a diff stands in for what the schema shows', async () => {
  const sql = 'ALTER TABLE "User" ADD COLUMN "a" INT;\nCREATE TABLE "B" ();\nDROP TABLE "Order";'
  equal(
    await left(
      sql,
      'DROP TABLE "public"."Order";\nCREATE TABLE "B" ();\nALTER TABLE "User" ADD COLUMN "a" INT;',
    ),
    [],
  )
})

test('rows, views, functions and renames would stay undone', async () => {
  for (const sql of [
    'UPDATE "User" SET name = upper(name);',
    'CREATE VIEW v AS SELECT 1;',
    'DO $$ BEGIN END $$;',
    'ALTER TABLE "User" RENAME COLUMN a TO b;',
    'ALTER TABLE "User" ADD CONSTRAINT c CHECK (a > 0);',
  ])
    match((await left(sql, ''))[0] ?? 'nothing', /^1_a:1 /, sql)
})

test('a migration that takes away what the schema wants contradicts it', async () => {
  match(
    (await left('ALTER TABLE "User" DROP COLUMN "bio";', ''))[0] ?? '',
    /drop column User\.bio, which .* wants/,
  )
  const back = 'ALTER TABLE "User" ADD COLUMN "a" INT;\nALTER TABLE "User" DROP COLUMN "a";'
  match((await left(back, 'ALTER TABLE "User" ADD COLUMN "a" INT;'))[0] ?? '', /drop column User\.a/)
})

test('what a release makes and takes away again is nobody’s loss', async () => {
  equal(await left('CREATE TABLE "Tmp" ();\nDROP TABLE "Tmp";', ''), [])
})

test.run()
