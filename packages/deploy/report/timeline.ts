import { duration, type Kind, type Seen, type Sight } from '@stories/shared'
import { type Act, type Step, sectionOf } from './journal.ts'
import { html, type Markup } from './markup.ts'
import { spansOf } from './sights.ts'
import { clock, mark } from './words.ts'

const LANES: Record<Kind, string> = {
  get: 'New connections',
  'keep-alive': 'Kept connection',
  post: 'POST',
  slow: 'Slow download',
}

/** What visitors saw, in words. */
export const SIGHTS: Record<Sight, string> = {
  ok: 'the site',
  page: 'the maintenance page',
  error: 'an error',
  nothing: 'no answer',
}

const percent = (share: number) => `${Math.round(share * 1e5) / 1e3}%`

/** Where something lies on the axis of a time, as a style. */
function place(from: number, to: number, axis: { from: number; to: number }): string {
  const length = Math.max(1, axis.to - axis.from)
  const [left, right] = [from, to].map((at) => Math.min(1, Math.max(0, (at - axis.from) / length)))
  return `left:${percent(left!)};width:${percent(right! - left!)}`
}

/** The round number of milliseconds that parts an axis into about five. */
function tick(length: number): number {
  const rounds = [
    0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400,
  ]
  return (rounds.find((seconds) => length / (seconds * 1000) <= 6) ?? 86400) * 1000
}

function ruler(axis: Act): Markup {
  const every = tick(axis.to - axis.from)
  const marks = Array.from(
    { length: Math.floor((axis.to - axis.from) / every) + 1 },
    (_, index) => index * every,
  )
  return html`<div class="row ruler"><span class="name">from ${clock(axis.from)}</span><div class="track">${marks.map(
    (at) => html`<i style="${place(axis.from + at, axis.from + at, axis)}"><b>${mark(at)}</b></i>`,
  )}</div></div>`
}

const words = ({ title, state, from, to, why }: Step) =>
  `${title}: ${state}${state === 'already' ? '' : ` after ${duration(to - from)}`}${why && `, ${why}`}`

const bar = (step: Step, axis: Act, look = '') =>
  html`<i class="bar ${step.state} ${look}" style="${place(step.from, step.to, axis)}" title="${words(step)}"></i>`

const shade = (window: { from: number; to: number } | undefined, axis: Act) =>
  window && html`<i class="window" style="${place(window.from, window.to, axis)}"></i>`

/** One row of bars: the name, the bars on the axis, and how long they took in all. */
const row = (name: string, bars: Markup[], ms: number, wrong: boolean, window: Markup | undefined) =>
  html`<div class="row${wrong && ' wrong'}"><span class="name">${name}</span><div class="track">${window}${bars}</div><span class="time">${duration(ms)}</span></div>`

const isWrong = ({ state }: Step) => state !== 'done' && state !== 'already'
const sum = (steps: Step[]) => steps.reduce((total, { from, to }) => total + to - from, 0)

/** The sections of the plan as rows: pale what deploy.ts saw of each, full its own steps. */
export function sections(act: Act, window: { from: number; to: number } | undefined): Markup[] {
  const rows = new Map<string, { outer: Step[]; inner: Step[] }>()
  for (const step of act.steps) {
    const name = step.script === 'deploy' ? step.title : sectionOf(step.script)
    const found = rows.get(name) ?? { outer: [], inner: [] }
    found[step.script === 'deploy' ? 'outer' : 'inner'].push(step)
    rows.set(name, found)
  }
  return [...rows].map(([name, { outer, inner }]) =>
    row(
      name,
      [...outer.map((step) => bar(step, act, 'outer')), ...inner.map((step) => bar(step, act))],
      sum(outer.length > 0 ? outer : inner),
      [...outer, ...inner].some(isWrong),
      shade(window, act),
    ),
  )
}

/** Every step of a time as a row of its own, under the name of its section. */
export function closely(axis: Act, window: { from: number; to: number } | undefined): Markup[] {
  let section = ''
  return axis.steps
    .filter(({ script, state }) => script !== 'deploy' && state !== 'already')
    .flatMap((step) => {
      const name = sectionOf(step.script)
      const heading = name === section ? [] : [html`<h4>${name}</h4>`]
      section = name
      return [
        ...heading,
        row(step.title, [bar(step, axis)], step.to - step.from, isWrong(step), shade(window, axis)),
      ]
    })
}

/** What visitors saw on the same axis, a lane for each kind that came. */
export function lanes(record: Seen[], axis: Act): Markup[] {
  return (Object.keys(LANES) as Kind[])
    .map((kind) => ({ kind, spans: spansOf(record, kind, axis.from, axis.to) }))
    .filter(({ spans }) => spans.length > 0)
    .map(({ kind, spans }) => {
      const length = axis.to - axis.from
      const strip = spans.map(
        ({ sight, from, to }) =>
          html`<i class="sight ${sight}" style="left:${percent(from)};width:${percent(to - from)}" title="${SIGHTS[sight]}, ${duration((to - from) * length)} from ${clock(axis.from + from * length)}"></i>`,
      )
      return html`<div class="row lane"><span class="name">${LANES[kind]}</span><div class="track unseen">${strip}</div><span class="time"></span></div>`
    })
}

/** Bars and lanes under one ruler. */
export const chart = (axis: Act, rows: Markup[], record: Seen[]) =>
  html`<div class="chart">${ruler(axis)}${rows}${lanes(record, axis)}</div>`
