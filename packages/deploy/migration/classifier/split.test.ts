import { test } from 'uvu'
import { equal, match, ok } from 'uvu/assert'
import { split } from './split.ts'

/** The rest without the empty lines that what was taken out leaves behind. */
const parts = async (sql: string) => {
  const { alone, rest } = await split(sql)
  return { alone, rest: rest.split('\n').filter((line) => line.trim() !== '') }
}

async function refusal(sql: string): Promise<string> {
  try {
    await split(sql)
  } catch (error) {
    return String(error)
  }
  return 'went through'
}

test('values added to enums go first, each on its own (E22)', async () => {
  const sql = `-- ÄlterEnum
ALTER TYPE "Role" ADD VALUE 'É';
ALTER TYPE "Role" ADD VALUE 'EDITOR' AFTER 'É' ;
-- AlterTable
ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'EDITOR';
`
  equal(await parts(sql), {
    alone: [`ALTER TYPE "Role" ADD VALUE 'É'`, `ALTER TYPE "Role" ADD VALUE 'EDITOR' AFTER 'É'`],
    rest: ['-- ÄlterEnum', '-- AlterTable', `ALTER TABLE "users" ALTER COLUMN "role" SET DEFAULT 'EDITOR';`],
  })
})

test('a value stays where its type is made or renamed before it', async () => {
  for (const before of [
    `CREATE TYPE r AS ENUM ('a')`,
    'ALTER TYPE q RENAME TO r',
    `ALTER TYPE r RENAME VALUE 'a' TO 'b'`,
  ]) {
    const sql = `${before}; ALTER TYPE r ADD VALUE 'c';`
    equal(await split(sql), { alone: [], rest: sql }, before)
  }
})

test("Prisma's BEGIN and COMMIT are taken out, so that the rest is one transaction (E21)", async () => {
  equal(await parts('BEGIN;\nSELECT 1;\nCOMMIT;\nSELECT 2;\nSTART TRANSACTION;\nSELECT 3;\nEND;'), {
    alone: [],
    rest: ['SELECT 1;', 'SELECT 2;', 'SELECT 3;'],
  })
})

test('transactions that are more than that are refused with their line', async () => {
  for (const sql of [
    'ROLLBACK',
    'COMMIT',
    'BEGIN; SAVEPOINT a; COMMIT',
    'BEGIN; BEGIN; COMMIT',
    'BEGIN ISOLATION LEVEL SERIALIZABLE; COMMIT',
  ]) {
    match(await refusal(`SELECT 1;\n${sql};`), /line 2: .* can't be taken out/, sql)
  }
  match(await refusal('SELECT 1;\nBEGIN;\nSELECT 2;'), 'line 2: this transaction is never ended')
})

test('what needs no splitting is left as it is', async () => {
  const sql = '-- CreateTable\nCREATE TABLE "t" (\n    "a" TEXT DEFAULT \'; COMMIT;\'\n);\n'
  equal(await split(sql), { alone: [], rest: sql })
  ok((await split('')).rest === '')
})

test.run()
