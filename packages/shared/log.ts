import { redact, redactedJson } from './redact.ts'

/** How this run talks. `open` sets it from the flags. */
export const voice = { json: false, verbose: false, script: '' }

const terminal = process.stderr.isTTY === true
const colour = terminal && !process.env['NO_COLOR']
const paint = (code: number, text: string) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text)
export const bold = (text: string) => paint(1, text)
export const dim = (text: string) => paint(2, text)
export const red = (text: string) => paint(31, text)
export const green = (text: string) => paint(32, text)
export const yellow = (text: string) => paint(33, text)

let spinner: { note: string; hidden: boolean; timer: NodeJS.Timeout } | undefined
const clear = () => spinner && process.stderr.write('\r\u001b[K')

function write(line: string): void {
  clear()
  process.stderr.write(`${redact(line)}\n`)
}

/** One event of `--json`: a line on stderr that a program can read. Does nothing otherwise. */
export function event(kind: string, fields: Record<string, unknown> = {}): void {
  if (!voice.json) return
  process.stderr.write(
    `${redactedJson({ at: new Date().toISOString(), script: voice.script, event: kind, ...fields })}\n`,
  )
}

/** Talks to the operator, on stderr. */
export function say(line = ''): void {
  if (voice.json) event('say', { line })
  else write(line)
}

/** Something the operator should know and may act on. */
export function warn(line: string): void {
  if (voice.json) event('warning', { line })
  else write(yellow(`! ${line}`))
}

/** Said with `--verbose` only. */
export function detail(line: string): void {
  if (voice.verbose) say(dim(line))
}

/** The script's data, on stdout: what `$(…)` and pipes receive. */
export function print(line: string): void {
  clear()
  process.stdout.write(`${redact(line)}\n`)
}

/** `83 ms`, `4.2 s`, `3 min 05 s`, `2 h 05 min`; takes milliseconds. */
export function duration(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  const two = (count: number) => String(Math.floor(count)).padStart(2, '0')
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`
  return `${Math.floor(seconds / 3600)} h ${two((seconds % 3600) / 60)} min`
}

/** `512 B`, `1.4 MB`, `2.0 GB`; takes bytes, counts in powers of 1024. */
export function bytes(count: number): string {
  if (count < 1024) return `${count} B`
  const units = ['kB', 'MB', 'GB', 'TB']
  let size = count / 1024
  while (size >= 1023.95 && units.length > 1) {
    size /= 1024
    units.shift()
  }
  return `${size.toFixed(1)} ${units[0]}`
}

/** Lines of aligned columns; a column of numbers stands to the right, also under a heading. */
export function table(rows: (string | number)[][]): string[] {
  const text = rows.map((row) => row.map(String))
  const width = (column: number) => Math.max(...text.map((row) => (row[column] ?? '').length))
  const numeric = (column: number) =>
    rows.every((row, at) => typeof row[column] === 'number' || (at === 0 && rows.length > 1))
  return text.map((row) =>
    row
      .map((cell, column) => (numeric(column) ? cell.padStart(width(column)) : cell.padEnd(width(column))))
      .join('  ')
      .trimEnd(),
  )
}

/** Shows that work is going on: a spinner with the time on a terminal, nothing elsewhere. Gives back what stops it. */
export function spin(title: string): () => void {
  if (!terminal || voice.json) return () => {}
  const frames = '⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'
  const since = Date.now()
  const draw = () => {
    if (spinner?.hidden) return
    const seconds = Math.floor((Date.now() - since) / 1000)
    const line = `${frames[Math.floor(Date.now() / 100) % frames.length]} ${title} ${seconds} s ${spinner?.note ?? ''}`
    // Over what stands there, and only then what is left of it goes: cleared first, it would flicker.
    process.stderr.write(`\r${redact(line).slice(0, (process.stderr.columns || 100) - 1)}\u001b[K`)
  }
  spinner = { note: '', hidden: false, timer: setInterval(draw, 120) }
  spinner.timer.unref()
  return () => {
    if (!spinner) return
    clearInterval(spinner.timer)
    clear()
    spinner = undefined
  }
}

/** Keeps the spinner away while somebody else has the terminal: who types, or another script. */
export async function undisturbed<T>(work: () => Promise<T>): Promise<T> {
  const hidden = spinner
  clear()
  if (hidden) hidden.hidden = true
  try {
    return await work()
  } finally {
    if (hidden) hidden.hidden = false
  }
}

/** What is going on inside the running step, such as `231.0 MB of 1.0 GB, 22 %, 9 s left`. Shown beside the spinner. */
export function progress(note: string): void {
  if (spinner) spinner.note = note
}
