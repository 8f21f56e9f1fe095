/** Golden transcripts: what each script says in a dry run, with everything that changes from day to day replaced. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { ROOT } from '../shared/settings.ts'
import type { Outcome } from './operator.ts'
import type { Practice } from './practice.ts'
import { here, type Shape } from './state.ts'

// In order: what holds another comes first.
const REPLACED: [RegExp, string][] = [
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(\.\d+)?(Z|[+-]\d\d(:\d\d)?)?/g, 'TIME'],
  [/(?<!\d)\d{8}_\d{6}(?!\d)/g, 'RELEASE'],
  [/\bsha256:[0-9a-f]{12,64}\b/g, 'IMAGE'],
  [/\bat [0-9a-f]{10}\b/g, 'at HASH'],
  [/\b(app|migrator):[0-9a-f]{12}\b/g, '$1:HASH'],
  [/\b([0-9a-f]{40}|[0-9a-f]{64})\b/g, 'HASH'],
  [/%C-[0-9a-f]{8}\b/g, '%C-HASH'],
  [/\b(?=[0-9a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,64}\b/g, 'HASH'],
  [/\b\d{1,3}(\.\d{1,3}){3}\b(?!\d)/g, 'ADDRESS'],
  [/\b\d+ h \d\d min\b|\b\d+ min \d\d s\b|\b\d+(\.\d+)? m?s\b/g, 'DURATION'],
  [/\b\d+(\.\d+)? ?([kMGT]?B\b|%)/g, 'SIZE'],
  [/\b\d{9,}\b/g, 'BYTES'],
  [/\bstories-ssh-\d+/g, 'stories-ssh-UID'],
  [/\b(process|pid) \d+\b/gi, '$1 PID'],
  // How often and how much was looked at depends on how busy the machine is.
  [/\b\d+ (visits|answered|lines|minutes old|of them active|allowed|free)\b/g, 'N $1'],
  [/\b(connections) +\d+\b/gi, '$1 N'],
  [/"(visits|ok|page|error|nothing|lines|requests)":\d+/g, '"$1":N'],
  [/\(\d+ of \d+\)/g, '(N of N)'],
  [/^( +(?:Images|Containers|Local Volumes|Build Cache)) .*$/gm, '$1 …'],
  [/\b(Docker|compose|docker-compose) \d[\w.+-]*/g, '$1 VERSION'],
  // What the app logged while the server went down and came up, and which container is the largest, is chance.
  [
    /^ *(N lines with an error:|Error: (idle database connection|database|health): .*|SIGTERM: no new connections.*)\n/gm,
    '',
  ],
  [/^(.*Memory usage .*\(<[^)]*\)).*$/gm, '$1  CONTAINERS'],
  // Columns are as wide as what stood in them.
  [/(?<=\S) {2,}/g, '  '],
]

/** A script's dry run on a practice server as a text that is the same on every machine and every day. */
export function transcript(practice: Practice, script: string, { code, stdout, stderr }: Outcome): string {
  const parts = [`$ tsx packages/${script}.ts --dry-run`, stderr, ...(stdout ? ['stdout:', stdout] : [])]
  let text = [...parts.map((part) => part.trimEnd()), `exit ${code}`].join('\n')
  for (const [path, word] of [
    [practice.dir, 'PRACTICE'],
    [ROOT, 'ROOT'],
    [homedir(), '~'],
  ] as const)
    text = text.replaceAll(path, word)
  for (const [pattern, word] of REPLACED) text = text.replace(pattern, word)
  return `${text.replace(/[ \t]+$/gm, '')}\n`
}

const fileOf = (shape: Shape, script: string) => join(here, 'golden-transcripts', shape, `${script}.txt`)

/** The transcript that is kept; empty when there is none. */
export const golden = (shape: Shape, script: string) =>
  existsSync(fileOf(shape, script)) ? readFileSync(fileOf(shape, script), 'utf8') : ''

/** Keeps a transcript: what has changed in it shows in git's diff. */
export function keepGolden(shape: Shape, script: string, text: string): void {
  mkdirSync(dirname(fileOf(shape, script)), { recursive: true })
  writeFileSync(fileOf(shape, script), text)
}
