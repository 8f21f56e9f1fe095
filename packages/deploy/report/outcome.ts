import type { Entry } from '../run/standing.ts'
import { leadsBack, type Step, sectionOf } from './journal.ts'

/** How a deployment came out, as its journal tells. */
export interface Outcome {
  state: 'deployed' | 'rolled back' | 'failed' | 'unfinished' | 'prepared'
  /** The step that went wrong, when one did. */
  wrong?: Step
  /** Milliseconds from the rollback's first step to its last. */
  rollback?: number
  /** Code and app stayed as they were: only the database went back. */
  databaseOnly?: boolean
}

const WRONG = ['failed', 'refused', 'interrupted', 'lost']

/** The number of the last step of the scripts that finish something. */
const LAST: Record<string, string> = {
  phase6: '6.',
  'without-window': '11.',
  immediate: '6.',
  'database-only': '3.',
}

/** Whether this step is the last of its kind of script: the one after which all is new, or all is old again. */
const completes = ({ script, title, state }: Step) =>
  (state === 'done' || state === 'already') && title.startsWith(LAST[script] ?? 'none')

/**
 * Tells from the steps how the deployment came out.
 * @param unfinished whether the release directory still has its mark `in-progress`
 */
export function outcomeOf(steps: Step[], unfinished: boolean): Outcome {
  const at = (wanted: (step: Step) => boolean) => steps.map(wanted).lastIndexOf(true)
  // What was begun last, the deployment or the way back.
  const begun = at(
    ({ script, title }) =>
      script === 'phase1' || ((leadsBack(script) || script === 'without-window') && title.startsWith('1.')),
  )
  const end = at(completes)
  const back = end !== -1 && leadsBack(steps[end]!.script)
  // What was mended by a second try is past.
  const mended = ({ script, title, from }: Step) =>
    steps.some(
      (step) =>
        step.script === script && step.title === title && step.from > from && !WRONG.includes(step.state),
    )
  const failures = steps.filter(
    (step, index) =>
      WRONG.includes(step.state) &&
      (back ? index < end && !leadsBack(step.script) : index > end) &&
      !mended(step),
  )
  // The script's own step says more than the one that deploy.ts counts it as.
  const wrong = failures.filter(({ script }) => script !== 'deploy').at(-1) ?? failures.at(-1)
  const found = wrong && { wrong }
  if (back && end > begun) {
    const { script, to } = steps[end]!
    const first = steps.slice(0, end).map((step) => step.script === script && step.title.startsWith('1.'))
    const rollback = to - (steps[first.lastIndexOf(true)]?.from ?? to)
    return { state: 'rolled back', rollback, databaseOnly: script === 'database-only', ...found }
  }
  if (end > begun && begun !== -1) return { state: 'deployed' }
  if (wrong) return { state: 'failed', wrong }
  return { state: unfinished || begun !== -1 ? 'unfinished' : 'prepared' }
}

/** One thing that was looked at after the deployment, and in which section. */
export interface Checked {
  section: string
  title: string
  ok: boolean
  says: string
}

/** The checks that the journal has; of a section that was run twice the newer ones. */
export function checksOf(journal: Entry[]): Checked[] {
  const sections = new Map<string, Checked[]>()
  for (const { step, script, checks } of journal)
    if (checks) {
      const section = step ?? sectionOf(script)
      sections.set(
        section,
        checks.map((check) => ({ section, ...check })),
      )
    }
  return [...sections.values()].flat()
}
