import { raw } from './markup.ts'

/** The page's style, in the page: light and dark, narrow and wide, on paper. */
export const STYLE = raw(`
:root { color-scheme: light dark;
  --paper: #fbfaf7; --sheet: #fff; --ink: #1d2330; --soft: #5d6675; --line: #e3e1da; --track: #f0eee8;
  --blue: #2f6690; --pale: #b9d0e0; --green: #2e8b57; --amber: #e0a526; --red: #c8372d; --dark: #5a1712; --violet: #7a5195;
  --good: #e4f3ea; --bad: #fbe6e3; --warn: #fdf3d8; --shade: #e0a5262b; }
@media (prefers-color-scheme: dark) { :root {
  --paper: #14171c; --sheet: #1b1f26; --ink: #e7e9ee; --soft: #9aa4b4; --line: #2c323c; --track: #242a33;
  --blue: #6aa9d8; --pale: #31485b; --green: #4fb37e; --amber: #e2b04a; --red: #ef6a5e; --dark: #ffb3a8; --violet: #b38bd0;
  --good: #1c3327; --bad: #3d201e; --warn: #383018; --shade: #e2b04a26; } }
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, "Segoe UI", Roboto, "Helvetica Neue", "DejaVu Sans", sans-serif }
main { max-width: 68rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem }
h1 { font-size: clamp(1.35rem, 1rem + 1.8vw, 2rem); line-height: 1.25; font-weight: 650; letter-spacing: -.01em; margin: .6rem 0 .5rem; max-width: 46rem; text-wrap: balance }
h2 { font-size: 1.15rem; margin: 2.75rem 0 .9rem; letter-spacing: -.005em }
h3 { font-size: .95rem; margin: 1.5rem 0 .6rem }
h4 { font-size: .78rem; font-weight: 600; color: var(--soft); margin: .7rem 0 .15rem }
p { margin: .5rem 0; max-width: 46rem } .soft, small { color: var(--soft) }
code, pre { font: .86em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace } code { overflow-wrap: anywhere }
.chip { display: inline-block; padding: .15rem .7rem; border-radius: 99px; font-size: .82rem; font-weight: 650; background: var(--warn) }
.chip.good { background: var(--good); color: var(--green) } .chip.bad { background: var(--bad); color: var(--red) }
.reason { background: var(--bad); border-radius: 8px; padding: .6rem .9rem; overflow-wrap: anywhere } .reason b { font-weight: 600 }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(10.5rem, 1fr)); margin: 1.75rem 0 0; padding: 0; background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; overflow: hidden }
.figures div { box-shadow: 0 0 0 .5px var(--line); padding: .9rem 1.1rem 1rem }
.figures dt { font-size: .8rem; color: var(--soft) } .figures dd { margin: 0 }
.figures dd:nth-of-type(1) { font-size: 1.45rem; white-space: nowrap; font-weight: 620; line-height: 1.35; font-variant-numeric: tabular-nums; letter-spacing: -.02em }
.figures dd + dd { font-size: .8rem; color: var(--soft); line-height: 1.4; overflow-wrap: anywhere } .figures .bad { color: var(--red) } .figures .good { color: var(--green) }
.warnings { margin: 1.5rem 0 0; padding: .8rem 1.1rem .8rem 2.2rem; background: var(--warn); border-radius: 10px } .warnings li { margin: .2rem 0 }
.sheet { background: var(--sheet); border: 1px solid var(--line); border-radius: 10px; padding: 1rem 1.1rem 1.1rem }
.row { display: grid; grid-template-columns: minmax(0, 19.5rem) 1fr 4.6rem; gap: .9rem; align-items: center; min-height: 1.55rem; font-size: .86rem }
.row .name { white-space: nowrap; overflow: hidden; text-overflow: ellipsis } .row .time { text-align: right; color: var(--soft); font-variant-numeric: tabular-nums; white-space: nowrap }
.row.wrong .name, .row.wrong .time { color: var(--red); font-weight: 600 }
.track { position: relative; height: 1.05rem; background: var(--track); border-radius: 3px; overflow: hidden }
.track i { position: absolute; top: 0; bottom: 0 }
.bar { min-width: 2px; background: var(--blue); border-radius: 2px; top: 3px !important; bottom: 3px !important; box-shadow: 1px 0 0 var(--track) }
.bar.outer { background: var(--pale); box-shadow: none; top: 0 !important; bottom: 0 !important } .bar.already { background: var(--soft) }
.bar.failed, .bar.refused { background: var(--red) } .bar.outer.failed, .bar.outer.refused { background: color-mix(in srgb, var(--red) 35%, var(--track)) }
.bar.lost, .bar.interrupted { background: repeating-linear-gradient(135deg, var(--red) 0 3px, var(--track) 3px 6px) }
.window { background: var(--shade); border-inline: 1px solid var(--amber) }
.ruler { min-height: 1.8rem; color: var(--soft); font-size: .76rem } .ruler .track { background: none; overflow: visible; border-radius: 0; border-bottom: 1px solid var(--line) }
.ruler i { border-left: 1px solid var(--line); top: 50% !important } .ruler b { font-weight: 400; font-style: normal; position: absolute; bottom: 100%; transform: translateX(-50%); white-space: nowrap }
.ruler i:first-child b { transform: none }
.row:not(.lane) + .lane { margin-top: .55rem; padding-top: .55rem; border-top: 1px solid var(--line) }
.unseen { background: repeating-linear-gradient(135deg, var(--track) 0 4px, transparent 4px 8px); border-radius: 3px }
.sight.ok, .key.ok { background: var(--green) } .sight.page, .key.page { background: var(--amber) }
.sight { min-width: 2px } .sight.error, .key.error { background: repeating-linear-gradient(135deg, var(--red) 0 4px, var(--dark) 4px 6px) } .sight.nothing, .key.nothing { background: var(--dark) }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1.3rem; margin: .9rem 0 0; padding: 0; font-size: .82rem; color: var(--soft); list-style: none; max-width: none }
.key { display: inline-block; width: .85rem; height: .85rem; border-radius: 3px; margin-right: .4rem; vertical-align: -1px; background: var(--blue) } .key.shade { background: var(--shade); border-inline: 1px solid var(--amber) } .key.unseen { background: repeating-linear-gradient(135deg, var(--line) 0 3px, transparent 3px 6px) } .key.outer { background: var(--pale) }
.wide { overflow-x: auto } table { border-collapse: collapse; width: 100%; font-size: .88rem }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .8rem } th, td { padding: .4rem .9rem .4rem 0; border-bottom: 1px solid var(--line); vertical-align: top } tr:last-child td { border-bottom: 0 } tr.part th { padding-top: 1.3rem } tr.part:first-child th { padding-top: 0 }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap } td.number:last-child, th.number:last-child, td:last-child { padding-right: 0 }
.ok-word { color: var(--green); font-weight: 600 } .bad-word { color: var(--red); font-weight: 600 }
.two { display: grid; grid-template-columns: repeat(auto-fit, minmax(19rem, 1fr)); gap: 0 1.5rem; align-items: start }
details { margin-top: .9rem } .steps td:nth-child(1), .steps td:nth-child(4) { white-space: nowrap } summary { cursor: pointer; color: var(--soft); font-size: .88rem } pre { overflow-x: auto; max-height: 30rem; background: var(--track); border-radius: 8px; padding: .8rem 1rem; margin: .6rem 0 0 }
footer { margin-top: 3rem; padding-top: 1rem; border-top: 1px solid var(--line); font-size: .82rem; color: var(--soft) }
@media (max-width: 40rem) {
  main { padding: 1.5rem 1rem 3rem } .figures { grid-template-columns: repeat(2, minmax(0, 1fr)) } .figures div:last-child:nth-child(odd) { grid-column: 1 / -1 } .figures dd:nth-of-type(1) { font-size: 1.3rem } .sheet { padding: .8rem }
  .row { grid-template-columns: 1fr auto; gap: 0 .6rem; margin-bottom: .45rem } .row .track { grid-column: 1 / -1; grid-row: 2 } .row .name { white-space: normal }
  .ruler .track { margin-top: .9rem } }
@media print {
  :root { color-scheme: light; --paper: #fff; --sheet: #fff; --ink: #000; --soft: #444; --line: #ccc; --track: #eee; --blue: #2f6690; --pale: #b9d0e0; --green: #2e8b57; --amber: #e0a526; --red: #c8372d; --dark: #5a1712; --good: #e4f3ea; --bad: #fbe6e3; --warn: #fdf3d8; --shade: #e0a5262b }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact } body { font-size: 11px } main { max-width: none; padding: 0 } h2 { break-after: avoid } .row, tr, .figures { break-inside: avoid } pre { max-height: none; white-space: pre-wrap } }
`)
