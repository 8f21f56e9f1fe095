import { test } from 'uvu'
import { equal, is, match, ok } from 'uvu/assert'
import { classify, Release, type Statement, summary } from './classify.ts'

const one = async (sql: string): Promise<Statement> => (await classify(sql)).at(-1)!
const effects = async (sql: string) => (await one(sql)).effects

test('a statement is shown as it was written, on the line where it starts', async () => {
  const sql =
    '-- Überschrift: é\n/* two\n   lines */\nALTER TABLE "Nutzer"\n  ADD COLUMN "größe" TEXT; -- after\n\nDROP TABLE "alt";\n'
  const [add, drop] = await classify(sql)
  equal([add!.number, add!.line, add!.sql], [1, 4, 'ALTER TABLE "Nutzer"\n  ADD COLUMN "größe" TEXT'])
  equal([drop!.number, drop!.line, drop!.sql], [2, 7, 'DROP TABLE "alt"'])
  equal([add!.kind, add!.table, add!.column], ['add column', 'Nutzer', 'größe'])
})

test('each change of one ALTER TABLE is judged by itself', async () => {
  const found = await classify('ALTER TABLE "users" ADD COLUMN "bio" TEXT, DROP COLUMN "phone"')
  equal(
    found.map(({ number, kind, column, effects }) => ({ number, kind, column, effects })),
    [
      { number: 1, kind: 'add column', column: 'bio', effects: ['additive', 'locks'] },
      {
        number: 1,
        kind: 'drop column',
        column: 'phone',
        effects: ['locks', 'loses data', 'breaks old code', 'irreversible'],
      },
    ],
  )
})

test('what is not SQL is refused with its line', async () => {
  try {
    await classify('SELECT 1;\n\nSELEKT 2;')
    ok(false)
  } catch (error) {
    match(String(error), 'line 3: syntax error at or near "SELEKT"')
  }
})

test('a migration of nothing is additive', async () => {
  is(summary(await classify('-- This is an empty migration.\n')).additive, true)
})

test('what can not be read is opaque, and never additive', async () => {
  for (const sql of [
    'DO $$ BEGIN END $$',
    'CALL p()',
    'SELECT f()',
    "COPY t FROM '/tmp/x'",
    'EXECUTE p',
    "LOAD 'x'",
  ]) {
    equal(await effects(sql), ['opaque'], sql)
  }
})

test('the query for a loss counts the rows that are there now', async () => {
  const queries = {
    'DROP TABLE public.orders': 'SELECT count(*) FROM "public"."orders"',
    'ALTER TABLE users DROP phone': 'SELECT count(*) FROM "users" WHERE "phone" IS NOT NULL',
    'DELETE FROM orders o USING users u WHERE o."userId" = u.id RETURNING 1':
      'SELECT count(DISTINCT ("o".tableoid, "o".ctid)) FROM "orders" AS "o", users u WHERE o."userId" = u.id',
    'WITH x AS (SELECT 1 AS id) DELETE FROM ONLY t WHERE id IN (SELECT id FROM x)':
      'WITH x AS (SELECT 1 AS id) SELECT count(DISTINCT ("t".tableoid, "t".ctid)) FROM ONLY "t" AS "t" WHERE id IN (SELECT id FROM x)',
    'ALTER TABLE orders ALTER total TYPE int USING round(total)':
      'SELECT count(*) FROM "orders" WHERE "total"::text IS DISTINCT FROM ((round(total)))::text',
  }
  for (const [sql, query] of Object.entries(queries)) equal((await one(sql)).loses?.query, query, sql)
})

test('the query for a failure counts the rows that would stop the statement', async () => {
  const queries = {
    'ALTER TABLE users ADD country text NOT NULL': 'SELECT count(*) FROM "users"',
    'ALTER TABLE users ALTER name SET NOT NULL': 'SELECT count(*) FROM "users" WHERE "name" IS NULL',
    'ALTER TABLE t ADD CHECK ((a) > 0)': 'SELECT count(*) FROM "t" WHERE NOT ((a) > 0)',
    'CREATE UNIQUE INDEX i ON t (a, lower(b) DESC) WHERE c':
      'SELECT count(*) FROM (SELECT FROM "t" WHERE "a" IS NOT NULL AND lower(b) IS NOT NULL AND (c) GROUP BY "a", lower(b) HAVING count(*) > 1) AS duplicates',
    'ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES p (id)':
      'SELECT count(*) FROM "t" AS child WHERE child."a" IS NOT NULL AND NOT EXISTS (SELECT FROM "p" AS parent WHERE parent."id" = child."a")',
    'ALTER TABLE t ALTER a TYPE varchar(9)': 'SELECT count(*) FROM "t" WHERE length(rtrim("a"::text)) > 9',
    "CREATE TYPE e AS ENUM ('x'); ALTER TABLE t ALTER a TYPE e USING a::text::e": `SELECT count(*) FROM "t" WHERE "a"::text NOT IN ('x')`,
  }
  for (const [sql, query] of Object.entries(queries)) equal((await one(sql)).mayFail?.query, query, sql)
})

test('the database is asked under the names that it has before the release', async () => {
  const { loses } = await one(
    'ALTER TABLE a RENAME TO b; ALTER TABLE b RENAME COLUMN x TO y; ALTER TABLE b DROP y',
  )
  equal(loses, { what: 'column', name: 'a.x', query: 'SELECT count(*) FROM "a" WHERE "x" IS NOT NULL' })
})

test('nothing is asked that the release itself changes first', async () => {
  const { mayFail } = await one(
    "UPDATE users SET name = '' WHERE name IS NULL; ALTER TABLE users ALTER name SET NOT NULL",
  )
  equal(mayFail, { why: 'rows without a value', query: undefined })
})

test('a table that may be missing counts as empty then', async () => {
  const { loses } = await one('DROP TABLE IF EXISTS "old"')
  match(loses!.query, `CASE WHEN to_regclass('"old"') IS NOT NULL THEN`)
})

test('locks are named with the work done under them; a new table needs none', async () => {
  const lock = async (sql: string) =>
    (await one(sql)).locks.map(({ mode, table, work }) => `${mode} ${table} ${work}`)
  equal(await lock('CREATE INDEX ON a (x)'), ['SHARE a scan'])
  equal(await lock('CREATE INDEX CONCURRENTLY ON a (x)'), ['SHARE UPDATE EXCLUSIVE a scan'])
  equal(await lock('ALTER TABLE a ADD x int DEFAULT 0'), ['ACCESS EXCLUSIVE a none'])
  equal(await lock('ALTER TABLE a ADD x uuid DEFAULT gen_random_uuid()'), ['ACCESS EXCLUSIVE a rewrite'])
  equal(await lock('ALTER TABLE a ADD FOREIGN KEY (x) REFERENCES b (id)'), [
    'SHARE ROW EXCLUSIVE a scan',
    'SHARE ROW EXCLUSIVE b scan',
  ])
  equal(await lock('CREATE TABLE n (x int); ALTER TABLE n ADD y int'), [])
  equal(await lock('CREATE TABLE n (x int REFERENCES b (id))'), ['SHARE ROW EXCLUSIVE b none'])
})

test("a release's migrations know what the ones before them made", async () => {
  const release = new Release()
  const first = await classify("CREATE TABLE n (a text); ALTER TYPE r ADD VALUE 'EDITOR'", release)
  const second = await classify(
    "CREATE UNIQUE INDEX ON n (a); ALTER TABLE users ALTER role SET DEFAULT 'EDITOR'",
    release,
  )
  is(summary(first).additive, true)
  equal(
    second.map(({ breaksOldCode }) => breaksOldCode),
    [false, true],
  )
  equal(summary(second).enumValueUsed, [])
  is(summary(await classify('CREATE UNIQUE INDEX ON n (a)')).additive, false)
})

test('an added value is irreversible, and additive while nothing writes it', async () => {
  const { effects, note, mustRunAlone } = await one("ALTER TYPE role ADD VALUE 'EDITOR'")
  equal(effects, ['additive', 'irreversible'])
  match(note!, 'the old client stops at a row that has it')
  is(mustRunAlone, false)
})

test('a value that is used where it is added must be added alone (E22)', async () => {
  const { problems, runAlone, enumValueUsed } = summary(
    await classify("ALTER TYPE role ADD VALUE 'EDITOR';\nCREATE TABLE t (r role DEFAULT 'EDITOR')"),
  )
  equal(problems, [
    { line: 2, code: '55P04', text: "EDITOR, added on line 1, can't be used in the same transaction" },
  ])
  equal(
    runAlone.map(({ kind }) => kind),
    ['add enum value'],
  )
  equal(enumValueUsed[0]!.usesNewValue, { type: 'role', value: 'EDITOR', addedOnLine: 1 })
})

test('a value is found in the text of a function and a block, too', async () => {
  const added = "ALTER TYPE role ADD VALUE 'EDITOR'; "
  const uses = [
    "DO $$ BEGIN PERFORM 'EDITOR'::role; END $$",
    "CREATE FUNCTION f() RETURNS role LANGUAGE sql AS $$ SELECT 'EDITOR'::role $$",
  ]
  for (const sql of uses) is(summary(await classify(added + sql)).problems[0]?.code, '55P04', sql)
})

test("a migration's own BEGIN and COMMIT are reported (E21)", async () => {
  const { problems, transactionControl, additive } = summary(
    await classify('BEGIN;\nALTER TABLE a ADD x int;\nCOMMIT;'),
  )
  equal(
    problems.map(({ line, code }) => `${line} ${code}`),
    ['1 E21', '3 E21'],
  )
  is(transactionControl.length, 2)
  is(additive, true)
})

test('what runs only by itself is a problem in company', async () => {
  const sql = 'CREATE INDEX CONCURRENTLY i ON t (a)'
  equal(summary(await classify(sql)).problems, [])
  const { problems } = summary(await classify(`SELECT 1;\n${sql}`))
  equal(problems, [
    { line: 2, code: '25001', text: "create index concurrently can't run together with other statements" },
  ])
})

test('Prisma takes an enum value away: the values and what stops it are told', async () => {
  const statements = await classify(`
    BEGIN;
    CREATE TYPE "R_new" AS ENUM ('A', 'B');
    ALTER TABLE "users" ALTER COLUMN "role" TYPE "R_new" USING ("role"::text::"R_new");
    ALTER TYPE "R" RENAME TO "R_old";
    ALTER TYPE "R_new" RENAME TO "R";
    DROP TYPE "public"."R_old";
    COMMIT;`)
  const { destructive, mayFail } = summary(statements)
  equal(
    mayFail.map((it) => it.mayFail!.query),
    [`SELECT count(*) FROM "users" WHERE "role"::text NOT IN ('A', 'B')`],
  )
  equal(
    destructive.map(({ loses }) => `${loses!.what} ${loses!.name}`),
    ['enum value R'],
  )
  match(destructive[0]!.loses!.query, `enumtypid = to_regtype('"R"') AND enumlabel NOT IN ('A', 'B')`)
})

test.run()
