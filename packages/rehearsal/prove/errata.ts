/** The errata campaign: every difference from the plan that can be shown, the plan's command and ours side by side. */
import { redact } from '@stories/shared'
import { type Practice, up } from '../practice.ts'
import { type Shape, writeJson } from '../state.ts'
import { detailsOf, type Options } from './campaign.ts'
import { type Bench, openBench } from './errata/bench.ts'
import type { Case } from './errata/case.ts'
import { checklist } from './errata/checklist.ts'
import { type Deeds, deedsOn } from './errata/deeds.ts'
import { migration } from './errata/migration.ts'
import { phases } from './errata/phases.ts'
import { rollback } from './errata/rollback.ts'

export const title = "the plan's commands as printed, shown failing; ours beside them, holding"

export const cases: Case[] = [...checklist, ...phases, ...migration, ...rollback].sort(
  (a, b) => Number(a.id.slice(1)) - Number(b.id.slice(1)),
)

/** How one side of a case came out; `seen` is its evidence, or why there is none. */
export interface Side {
  holds: boolean
  seen: string
  ms: number
}

export interface Tried {
  id: string
  section: string
  shape: Shape
  /** The plan's command fails, as the table of differences says. */
  plan: Side
  ours: Side
}

/** Runs one side; whatever it throws is why it does not hold. */
async function side(work: Case['plan'], bench: Bench, deeds: Deeds): Promise<Side> {
  const since = Date.now()
  const done = (holds: boolean, seen: string) => ({ holds, seen: redact(seen), ms: Date.now() - since })
  try {
    return done(true, await work(bench, deeds))
  } catch (error) {
    return done(false, (error as Error).message.trim() || String(error))
  }
}

/** Tries a case, first the plan's command, then ours. */
export async function attempt(
  { id, section, shape, plan, ours }: Case,
  bench: Bench,
  deeds: Deeds,
): Promise<Tried> {
  return { id, section, shape, plan: await side(plan, bench, deeds), ours: await side(ours, bench, deeds) }
}

const shown = ({ id, section, plan, ours }: Tried) =>
  `${id.padEnd(4)} ${section}\n${[
    `${plan.holds ? '✓' : '✗'} plan: ${plan.seen}`,
    `${ours.holds ? '✓' : '✗'} ours: ${ours.seen}`,
  ]
    .join('\n')
    .replace(/^/gm, '              ')}`

/** Tries all cases of one shape on a practice server. */
export async function tryOn(practice: Practice, chosen: Case[], say: Options['say']): Promise<Tried[]> {
  const bench = await openBench(practice)
  const deeds = deedsOn(bench)
  const tried: Tried[] = []
  for (const each of chosen) {
    tried.push(await attempt(each, bench, deeds))
    say(shown(tried.at(-1)!))
  }
  return tried
}

export default async function errata({ short, say }: Options): Promise<string> {
  const tried: Tried[] = []
  for (const shape of short ? (['plan'] as const) : (['plan', 'live'] as const)) {
    const chosen = cases.filter((each) => each.shape === shape && (!short || each.short))
    const name = shape === 'plan' ? 'errata' : 'errata-live'
    tried.push(...(await tryOn(await up({ shape, name, say }), chosen, say)))
  }
  writeJson(detailsOf('errata'), tried)
  const count = (of: 'plan' | 'ours') => tried.filter((each) => each[of].holds).length
  return `plan as printed fails ${count('plan')}/${tried.length}, ours hold ${count('ours')}/${tried.length}`
}
