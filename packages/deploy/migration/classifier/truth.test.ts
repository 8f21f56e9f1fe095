import type { SelectStmt } from 'libpg-query'
import { test } from 'uvu'
import { is } from 'uvu/assert'
import { ofKind } from './nodes.ts'
import { parse } from './parse.ts'
import { evaluate, UNKNOWN, type Value } from './truth.ts'

/** What a check comes to for a column x of that value; y can be anything. */
async function check(expression: string, x: Value): Promise<Value> {
  const [parsed] = await parse(`SELECT ${expression}`)
  const { SelectStmt: select } = parsed!.node as { SelectStmt: SelectStmt }
  const [target] = ofKind<{ val: never }>(select.targetList, 'ResTarget')
  return evaluate(target!.val, (name) => (name === 'x' ? x : UNKNOWN))
}

test('a null passes every ordinary check, and fails one that asks for it', async () => {
  const passing = [
    'x > 0',
    'x BETWEEN 1 AND 5',
    "x IN ('a', 'b')",
    "x = ANY (ARRAY['a'::text])",
    'NOT (x < 3)',
    'char_length(x) <= 9',
  ]
  for (const expression of [
    ...passing,
    "x ~ '^a'",
    "x LIKE 'a%'",
    'x % 2 = 0',
    'x > 0 AND x < 9',
    'x::int > y',
  ]) {
    is(await check(expression, null), null, expression)
  }
  is(await check('x IS NOT NULL', null), false)
  is(await check('x IS NULL', null), true)
  is(await check('x > 0 OR x IS NULL', null), true)
  is(await check("coalesce(x, '') <> ''", null), false)
  is(await check('x > 0 AND false', null), false)
})

test('a constant default is tried', async () => {
  const results: [string, Value, Value][] = [
    ['x >= 0', 0, true],
    ['x > 0', 0, false],
    ['x BETWEEN -1 AND 1', 0, true],
    ["x IN ('easy', 'hard')", 'easy', true],
    ["x NOT IN ('easy', 'hard')", 'easy', false],
    ["x = 'a' OR x = 'b'", 'c', false],
    ['x = true', false, false],
    ["x::text <> ''", 'a', true],
  ]
  for (const [expression, value, result] of results)
    is(await check(expression, value), result, `${expression} of ${String(value)}`)
})

test('what is not understood is not trusted', async () => {
  const strange = ['f(x)', 'x IS DISTINCT FROM 1', 'x IS TRUE', 'x || y = 1', 'x = ANY (y)', "x = ANY ('{}')"]
  for (const expression of strange) is(await check(expression, null), UNKNOWN, expression)
  for (const expression of ["x < 'b'", 'length(x) < 9', "x LIKE 'a%'", 'x::int > 0', 'y > 0'])
    is(await check(expression, 'a'), UNKNOWN, expression)
})

test.run()
