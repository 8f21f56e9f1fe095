import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { schemaSql } from './schema.sql.ts'

test('every migration of the plan stands in the history with the hash of its file', () => {
  const sql = schemaSql('plan')
  for (const name of ['20250114093000_init', '20250402141500_shop', '20250618080000_role_system']) {
    const file = readFileSync(new URL(`plan/both/prisma/migrations/${name}/migration.sql`, import.meta.url))
    assert.ok(sql.includes(`'${createHash('sha256').update(file).digest('hex')}'`), name)
  }
})

test("live's database has more tables than its three migrations made", () => {
  const sql = schemaSql('live')
  assert.is(sql.match(/^INSERT INTO _prisma_migrations/gm)?.length, 3)
  const pushed = sql.slice(sql.lastIndexOf('INSERT INTO _prisma_migrations'))
  assert.match(pushed, 'CREATE TABLE "public"."orders"')
  assert.match(pushed, 'VIEW published_books')
})

test('no table of v3 is there yet', () => {
  assert.not.match(schemaSql('plan') + schemaSql('live'), /esl|tokenVersion/i)
})

test.run()
