/**
 * Status
 *
 * Where a deployment stands, as the server itself says: anywhere, any time, read only.
 *
 * Before:      anything
 * After:       what its last line says
 * If it fails: the server cannot be reached or has no project; the line says which
 *
 * Usage: tsx packages/deploy/status.ts [--backup-dir DIR] [--json]
 */
import {
  besideOf,
  describe,
  isClosed,
  leadsBeside,
  namesOf,
  open,
  print,
  read,
  readConf,
  readRelease,
  say,
  standingOf,
  table,
  visit,
  voice,
} from '@stories/shared'
import { type Facts, readJournal, sideOf, verdict } from './run/standing.ts'

const { settings, found, marks, flags, database } = await open(import.meta.url, { release: 'none' })
const directory = flags.backupDir ?? (settings.BACKUP_DIR || marks.pinned || marks.current)
for (const line of describe(found, settings)) say(`  ${line}`)

const files = directory ? await readRelease(directory) : undefined
const release = files?.manifest.release ?? ''
const standing = directory ? await standingOf(database, namesOf(database.name, release), release) : undefined
const journal = directory
  ? readJournal(await read`cat ${directory}/journal.jsonl 2>/dev/null || true`.text())
  : []
const home = await visit(settings, '/')
const image = files?.target
  ? (
      await read`docker image inspect -f '{{.Id}}' ${`1001-stories-app:${files.target.slice(0, 12)}`} 2>/dev/null || true`.text()
    ).trim()
  : ''
const holder =
  await read`cd ${settings.BACKUP_ROOT} 2>/dev/null && ! flock -n .lock true 2>/dev/null && cut -d' ' -f2- .holder || true`.text()

// What visitors see counts: while git has the configuration's file, nginx still shows the page.
const conf = await readConf(found)
const closed = isClosed(conf) || (home.status === 503 && 'retry-after' in home.headers)

const facts: Facts = {
  code: files ? sideOf(found.head, files.manifest.code.commit, files.target) : 'unknown',
  app: found.app?.running ? sideOf(found.app.imageId, files?.manifest.app.imageId, image) : 'stopped',
  database: !standing ? 'unknown' : standing.inPlace ? 'both' : standing.swapped ? 'new' : 'old',
  page: closed ? 'on' : 'off',
  site: home.status,
  unfinished: marks.unfinished,
  fenced: standing?.fenced ?? [],
  holder: holder.trim(),
}
const last = journal.at(-1)
const beside = await besideOf(found, settings)
const rows = [
  ['release', directory || 'no backup yet'],
  ['code', `${facts.code} (${found.branch || 'detached'} ${found.head.slice(0, 10)})`],
  ['app', facts.app],
  ...(beside
    ? [
        [
          'app beside',
          `${beside.running ? 'runs' : 'is stopped'}${leadsBeside(conf) ? ', visitors are led to it' : ''}`,
        ],
      ]
    : []),
  ['database', facts.database],
  ['maintenance page', facts.page],
  ['visitors get', home.error ?? String(home.status)],
  ['lock', facts.holder || 'free'],
  [
    'last step',
    last ? `${last.script}: ${last.step ?? ''} ${last.state ?? ''}, ${last.at} by ${last.who}` : 'none',
  ],
]
const { state, next } = verdict(facts)
if (voice.json) print(JSON.stringify({ state, next, directory, ...facts, last }))
else for (const line of [...table(rows), '', `${state}${next ? `. Next: ${next}` : ''}`]) print(line)
