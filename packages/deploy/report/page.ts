import { duration, type Sight, totals, windowOf } from '@stories/shared'
import type { ReportData } from './data.ts'
import { aside, chip, figures, reason, sentence } from './headline.ts'
import { type Act, actsOf, leadsBack, type Step, stepsOf } from './journal.ts'
import { html, type Markup } from './markup.ts'
import { outcomeOf } from './outcome.ts'
import { STYLE } from './style.ts'
import { backup, checks, migration, stepTable, versions } from './tables.ts'
import { chart, closely, SIGHTS, sections } from './timeline.ts'
import { warningsOf } from './warnings.ts'
import { count, day } from './words.ts'

/** When visitors were shut out: as they saw it, else as the journal tells. */
function shutOut({ visitors }: ReportData, act: Act): { from: number; to: number } | undefined {
  const seen = windowOf(visitors.filter(({ at }) => at >= act.from - 10_000 && at <= act.to + 10_000))
  if (seen) return seen
  const done = (wanted: (step: Step) => boolean) =>
    act.steps.find((step) => step.state === 'done' && wanted(step))
  const closed =
    done(({ script, title }) => script === 'phase1' && title.startsWith('3.')) ??
    done(({ script, title }) => leadsBack(script) && title.startsWith('1.'))
  const opened =
    done(({ script, title }) => script === 'phase6' && title.startsWith('4.')) ??
    done(({ script, title }) => leadsBack(script) && title.startsWith('6.'))
  return closed && { from: closed.from, to: opened?.to ?? act.to }
}

/** One act: its sections, and when visitors were shut out, that time once more from close by. */
function actOf(data: ReportData, act: Act, several: boolean): Markup {
  const window = shutOut(data, act)
  const near = window && { from: window.from - 1500, to: window.to + 1500 }
  const steps = near ? act.steps.filter(({ from, to }) => to > near.from && from < near.to) : []
  return html`<section>${several && html`<h3>${day(act.from)}</h3>`}
<div class="sheet">${chart(act, sections(act, window), data.visitors)}</div>
${near && html`<h3>The window from close by: ${duration(window.to - window.from)}</h3><div class="sheet">${chart({ ...near, steps }, closely({ ...near, steps }, window), data.visitors)}</div>`}</section>`
}

const key = (look: string, words: string) => html`<li><span class="key ${look}"></span>${words}</li>`

/** What the colours of the charts mean, with how often each was seen. */
function legend({ visitors }: ReportData): Markup {
  const { seen } = totals(visitors)
  const sights = (Object.keys(SIGHTS) as Sight[]).map((sight) =>
    key(sight, `visitors got ${SIGHTS[sight]} (${count(seen[sight])})`),
  )
  return html`<ul class="legend">${key('step', 'a step')}${key('outer', 'its script starts and ends')}${key('shade', 'maintenance window')}${sights}${key('unseen', 'nobody visited')}</ul>`
}

/**
 * The report of a deployment: one page that needs nothing but itself, light and dark, narrow and wide, on paper.
 * Every text in it is escaped, and every secret that this process knows is masked.
 */
export function reportHtml(data: ReportData): string {
  const steps = stepsOf(data.journal)
  const acts = actsOf(steps)
  const outcome = outcomeOf(steps, data.unfinished)
  const warnings = warningsOf(data, steps, acts)
  const operators = [...new Set(data.journal.map(({ who }) => who).filter(Boolean))]
  const looked = checks(data)
  const headline = sentence(data, outcome)
  return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${headline}</title><style>${STYLE}</style></head>
<body><main>
<header>${chip(outcome)}<h1>${headline}</h1>
${reason(outcome)}<p>${aside(data)}</p>
<p class="soft">Release ${data.release}, ${acts[0] ? `${day(acts[0].from)}, ` : ''}by ${operators.join(', ') || data.manifest.by}, on ${data.server}</p></header>
${figures(data, outcome, steps, acts)}
${warnings.length > 0 && html`<ul class="warnings">${warnings.map((line) => html`<li>${line}</li>`)}</ul>`}
<h2>What happened, and what visitors saw</h2>
${acts.map((act) => actOf(data, act, acts.length > 1))}
${legend(data)}
${stepTable(steps)}
<h2>Migration</h2>${migration(data)}
${looked && html`<h2>Checks</h2>${looked}`}
<div class="two"><div><h2>Backup</h2>${backup(data)}</div><div><h2>Versions</h2>${versions(data)}</div></div>
<footer>Made ${day(Date.parse(data.made))} by ${data.by} from the release directory. <code>tsx packages/deploy/report.ts</code> makes it anew.</footer>
</main></body></html>
`.markup
}
