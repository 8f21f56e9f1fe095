import { duration, totals } from '@stories/shared'
import type { ReportData } from './data.ts'
import { type Act, leadsBack, type Step } from './journal.ts'
import { checksOf } from './outcome.ts'
import { cutOff } from './sights.ts'
import { clock, several } from './words.ts'

/** Whether visitors could notice this step. */
const touches = ({ script }: Step) => script.startsWith('phase') || leadsBack(script)

/** What the operator should know and may want to look after, one sentence each. */
export function warningsOf(data: ReportData, steps: Step[], acts: Act[]): string[] {
  const { manifest, journal, visitors, verified, unfinished } = data
  const { seen, broken, closed } = totals(visitors)
  const cut = cutOff(visitors)
  const unanswered = seen.error + seen.nothing - cut
  const failed = checksOf(journal).filter(({ ok }) => !ok)
  const operators = [...new Set(journal.map(({ who }) => who).filter(Boolean))]
  const boots = new Set(journal.map(({ boot }) => boot).filter(Boolean))
  const lost = steps.filter(({ state }) => state === 'lost' || state === 'interrupted')
  return [
    unfinished && 'The deployment stands unfinished: the release directory still has its mark in-progress.',
    unanswered > 0 &&
      `${several(unanswered, 'visit')} met an error or no answer, for ${duration(broken)} in all.`,
    closed > 0 &&
      `${several(closed, 'visit')} of those went over a kept connection that was closed meanwhile; a browser asks again by itself.`,
    cut > 0 && `${several(cut, 'slow download')} broke off.`,
    ...acts
      .filter(
        ({ from, to, steps }) => steps.some(touches) && !visitors.some(({ at }) => at >= from && at <= to),
      )
      .map(
        ({ from }) =>
          `Nobody watched the site from outside at ${clock(from)}, so what visitors saw then is not known.`,
      ),
    ...failed.map(({ section, title, says }) => `${section}: ${title}: ${says}`),
    lost.length > 0 &&
      `${several(lost.length, 'step')} never came to an end: ${lost.map(({ title }) => title).join(', ')}.`,
    boots.size > 1 &&
      `The server was restarted ${boots.size === 2 ? 'once' : `${boots.size - 1} times`} meanwhile.`,
    operators.length > 1 && `${several(operators.length, 'operator')} worked on it: ${operators.join(', ')}.`,
    !verified && 'The backup was not verified.',
    manifest.code.dirty.length > 0 &&
      `${several(manifest.code.dirty.length, 'file')} in the working tree had been changed by hand; local-changes.patch in the release directory keeps them.`,
    ...manifest.missingUploads.map((path) => `There was no upload folder ${path} to back up.`),
  ].filter((line) => line !== false)
}
