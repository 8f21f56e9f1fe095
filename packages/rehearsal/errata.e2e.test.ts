// A part of the campaign that `npm run prove -- errata` runs as a whole: cases that take seconds and need no deployment.
import { test } from 'uvu'
import { ok } from 'uvu/assert'
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

test.run()
