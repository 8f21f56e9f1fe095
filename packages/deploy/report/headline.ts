import { duration, namesOf, type Seen, totals } from '@stories/shared'
import type { ReportData } from './data.ts'
import { type Act, leadsBack, type Step, sectionOf } from './journal.ts'
import { html, type Markup } from './markup.ts'
import { checksOf, type Outcome } from './outcome.ts'
import { cutOff } from './sights.ts'
import { count, several } from './words.ts'

const where = ({ script, title }: Step) => (script === 'deploy' ? title : sectionOf(script))

/** What went wrong, when something did: the step and its own words. */
export const reason = ({ wrong }: Outcome) =>
  wrong &&
  html`<p class="reason"><b>${wrong.title}</b>${wrong.state === 'lost' ? ': it never came to its end' : wrong.why && `: ${wrong.why}`}</p>`

/** The outcome in one sentence. */
export function sentence(
  { branch, target, site, journal }: ReportData,
  { state, wrong, rollback, databaseOnly }: Outcome,
): string {
  const what = `${branch}${target && ` at ${target.slice(0, 10)}`}`
  const failed = checksOf(journal).filter(({ ok }) => !ok).length
  switch (state) {
    case 'deployed':
      return `${what} was deployed to ${site}${failed > 0 ? `, but ${several(failed, 'check')} failed afterwards` : ''}.`
    case 'rolled back':
      return `${databaseOnly ? 'The database alone of ' : ''}${what} was rolled back from ${site} in ${duration(rollback ?? 0)}${wrong ? `, after it had failed in ${where(wrong)}` : ''}.`
    case 'failed':
      return wrong && leadsBack(wrong.script)
        ? `The rollback of ${what} from ${site} failed in ${where(wrong)}.`
        : `${what} was not deployed to ${site}: it failed in ${wrong ? where(wrong) : 'a step'}.`
    case 'unfinished':
      return `The deployment of ${what} to ${site} is not finished.`
    case 'prepared':
      return `${what} is prepared for ${site}; visitors have noticed nothing.`
  }
}

const CHIPS: Record<Outcome['state'], [string, string]> = {
  deployed: ['Deployed', 'good'],
  'rolled back': ['Rolled back', 'warn'],
  failed: ['Failed', 'bad'],
  unfinished: ['Unfinished', 'bad'],
  prepared: ['Prepared', 'warn'],
}

/** The outcome in one word. */
export function chip({ state }: Outcome): Markup {
  const [word, look] = CHIPS[state]
  return html`<span class="chip ${look}">${word}</span>`
}

const figure = (name: string, value: string, says: string, look = '') =>
  html`<div><dt>${name}</dt><dd class="${look}">${value}</dd><dd>${says}</dd></div>`

/** Every kept table was counted in the migrated database, and had its rows. */
const counted = (steps: Step[]) =>
  steps.some(({ script, title, state }) => script === 'phase4' && title.startsWith('5.') && state === 'done')

/** What the deployment was for visitors, in one sentence. */
export function aside({ visitors }: ReportData): string {
  const { window, broken, seen } = totals(visitors)
  if (visitors.length === 0) return 'Nobody watched the site from outside meanwhile.'
  const page =
    seen.page > 0 ? `saw the maintenance page for ${duration(window)}` : 'never saw the maintenance page'
  const answer = broken > 0 ? `got an error or no answer for ${duration(broken)}` : 'always got an answer'
  const cut = cutOff(visitors)
  return `Visitors ${page} and ${answer}${cut > 0 ? `; ${several(cut, 'download')} broke off` : ''}.`
}

/** The numbers that are asked for first. */
export function figures(data: ReportData, outcome: Outcome, steps: Step[], acts: Act[]): Markup {
  const { visitors } = data
  const { window, broken, visits, seen } = totals(visitors)
  const busy = acts.reduce((sum, { from, to }) => sum + to - from, 0)
  const [lost, says] = rowsLost(data, outcome, steps)
  const watched =
    visits > 0
      ? [
          figure('Maintenance window', span(window), `the page was seen ${several(seen.page, 'time')}`),
          figure(
            'Unanswered',
            span(broken),
            `${several(seen.error, 'error')}, ${several(seen.nothing, 'visit')} without an answer`,
            seen.error + seen.nothing > 0 ? 'bad' : 'good',
          ),
          figure(
            'Visits',
            count(visits),
            `${count(seen.ok)} saw the site, half of them within ${median(visitors)}`,
          ),
        ]
      : [figure('Visitors', 'not watched', 'nobody visited from outside')]
  return html`<dl class="figures">${watched}
${outcome.rollback !== undefined && figure('Rollback', duration(outcome.rollback), 'from its first step to the open site')}
${figure('Rows lost', lost, says, lost === '0' ? 'good' : '')}
${figure(acts.length > 1 ? `In ${acts.length} sittings` : 'The whole of it', duration(busy), several(steps.filter(({ script }) => script !== 'deploy').length, 'step'))}
</dl>`
}

const span = (ms: number) => (ms > 0 ? duration(ms) : 'none')

/** The migrated database was live, for however short a time. */
const swapped = (steps: Step[]) =>
  steps.some(({ script, title, state }) => script === 'phase4' && title.startsWith('6.') && state === 'done')

/** The live database was migrated where it stands. */
const inPlace = (steps: Step[]) =>
  steps.some(({ script, title }) => script === 'without-window' && title.startsWith('3.'))

/** How many rows were lost that nobody agreed to lose, as far as it was seen, and how it is known. */
function rowsLost(
  { proof, manifest, original, release }: ReportData,
  { state, rollback }: Outcome,
  steps: Step[],
): [count: string, says: string] {
  const names = namesOf(manifest.database.name, release)
  if (state === 'prepared') return ['0', 'the database is as it was']
  if (state !== 'deployed')
    return original
      ? [
          '0',
          `the original database is live${rollback !== undefined && swapped(steps) ? `; what the new one took stays in ${names.after}` : ''}`,
        ]
      : ['not known', 'the live database is not the one from before']
  if (inPlace(steps))
    return ['0', 'the database was migrated where it stands, and nothing was taken out of it']
  if (!counted(steps)) return ['not known', 'the migrated tables were not counted']
  const gone = proof?.losses.reduce((sum, { what, rows }) => sum + (what === 'table' ? rows : 0), 0) ?? 0
  const agreed = gone > 0 ? `; ${several(gone, 'row')} of removed tables stay in ${names.before}` : ''
  return ['0', `every kept table was counted before and after${agreed}`]
}

/** The time within which half of the good answers to a plain visit came. */
function median(visitors: Seen[]): string {
  const times = visitors
    .filter(({ kind, sight }) => kind === 'get' && sight === 'ok')
    .map(({ ms }) => ms)
    .sort((a, b) => a - b)
  return duration(times[Math.floor(times.length / 2)] ?? 0)
}
