// A part of the campaign that `npm run prove -- errata` runs as a whole: cases that take seconds and need no deployment.
import { query } from '@stories/shared'
import { test } from 'uvu'
import { equal, match, ok } from 'uvu/assert'
import { server } from './lanes.ts'
import { openBench } from './prove/errata/bench.ts'
import { deedsOn } from './prove/errata/deeds.ts'
import { attempt, cases } from './prove/errata.ts'

const bench = await openBench(await server('plan'))
const deeds = deedsOn(bench)

for (const each of cases.filter(({ short }) => short))
  test(`${each.id} ${each.section}: the plan's command fails, ours holds`, async () => {
    const { plan, ours } = await attempt(each, bench, deeds)
    ok(plan.holds, `the plan's command: ${plan.seen}`)
    ok(ours.holds, `ours: ${ours.seen}`)
  })

test('questions of one moment share a psql; each has its own answer, and one that fails spoils no other', async () => {
  const { database } = bench.found
  const asked = [
    query(database, database.name, 'SELECT current_database(), 1 -- no semicolon'),
    query(database, database.name, 'SELECT nonsense'),
    query(database, 'postgres', 'SELECT current_database(); SELECT 2'),
    query(database, database.name, 'CREATE TABLE "Sneaky" ()'),
  ]
  const [one, wrong, other, write] = await Promise.allSettled(asked)
  equal(one, { status: 'fulfilled', value: [[database.name, '1']] })
  equal(other, { status: 'fulfilled', value: [['postgres'], ['2']] })
  match(String((wrong as PromiseRejectedResult).reason), 'column "nonsense" does not exist')
  match(String((write as PromiseRejectedResult).reason), 'read-only transaction')
})

test.run()
