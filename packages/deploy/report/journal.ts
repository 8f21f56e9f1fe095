import { AFTER, BEFORE, INSIDE, ONLINE } from '../run/order.ts'
import type { Entry } from '../run/standing.ts'

/** How a step ended; `lost` when the journal knows only that it began: its operator was killed, or the server went down. */
export type State = 'done' | 'already' | 'failed' | 'refused' | 'interrupted' | 'lost'

/** One step as it was, with both its moments in milliseconds since 1970. */
export interface Step {
  script: string
  title: string
  from: number
  to: number
  state: State
  why: string
}

const TITLES = new Map([
  ...[...BEFORE, ...INSIDE, ...ONLINE, ...AFTER].map(
    ({ script, title }) => [script.split('/')[1]!, title] as const,
  ),
  ['immediate', 'Immediate Rollback'],
  ['database-only', 'Database-Only Rollback'],
])

/** The section of the plan that a script mirrors, by the script's name in the journal. */
export const sectionOf = (script: string) => TITLES.get(script) ?? script

/** Whether a script leads back to the old release. */
export const leadsBack = (script: string) => script === 'immediate' || script === 'database-only'

/** Every step of a journal, in the order in which they began. */
export function stepsOf(journal: Entry[]): Step[] {
  const steps: Step[] = []
  const open = new Map<string, Step>()
  const lose = (step: Step, at: number) => steps.push({ ...step, to: Math.max(step.from, at), state: 'lost' })
  let last = 0
  for (const { at: when, script, step: title, state, ms, why = '' } of journal) {
    const at = Date.parse(when)
    if (!title || !state || Number.isNaN(at)) continue
    const key = `${script} ${title}`
    const begun = open.get(key)
    open.delete(key)
    if (state === 'begun') {
      if (begun) lose(begun, last)
      open.set(key, { script, title, from: at, to: at, state: 'lost', why })
    } else {
      const from = ms === undefined ? (begun?.from ?? at) : at - ms
      steps.push({ script, title, from, to: at, state: state as State, why })
    }
    last = at
  }
  for (const step of open.values()) lose(step, last)
  return steps.sort((a, b) => a.from - b.from || b.to - a.to)
}

/** A silence so long (milliseconds) parts what happened: a rollback on the next morning has its own clock. */
const SILENCE = 5 * 60_000

/** Steps that belong together in time. */
export interface Act {
  from: number
  to: number
  steps: Step[]
}

/** The steps in acts, parted where nothing happened for minutes. */
export function actsOf(steps: Step[]): Act[] {
  const acts: Act[] = []
  for (const step of steps) {
    const act = acts.at(-1)
    if (act && step.from - act.to < SILENCE) {
      act.steps.push(step)
      act.to = Math.max(act.to, step.to)
    } else acts.push({ from: step.from, to: step.to, steps: [step] })
  }
  return acts
}
