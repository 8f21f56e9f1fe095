/**
 * Report
 *
 * Draws what a release directory knows of its deployment as one page: outcome, timeline, what visitors saw, migration,
 * backup, checks. Keeps it there as report.html and in the folder reports here, and prints where. deploy.ts does this at
 * its end; after a rollback, or at any other time, it can be drawn anew.
 *
 * Before:      packages/deploy/deploy.ts, or packages/rollback/immediate.ts
 * After:       nothing; open the page in a browser
 * If it fails: nothing but report.html is ever written; run it again
 *
 * Usage: tsx packages/deploy/report.ts [--backup-dir DIR] [--out FILE] [--dry-run] [--json]
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { bash, keepCommand, open, print, ROOT, run, server } from '@stories/shared'
import { gatherReport } from './report/gather.ts'
import { reportHtml } from './report/page.ts'

const flags = { out: { type: 'string' } } as const
const opened = await open(import.meta.url, { release: 'pinned', changes: true, flags })
const { out } = opened.flags.more
const page = reportHtml(await gatherReport(opened))

await server({ input: page })(bash(keepCommand(`${opened.directory}/report.html`)))
const file = out ? resolve(String(out)) : join(ROOT, 'reports', `${opened.release}.html`)
if (!run.dryRun) {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writeFileSync(file, page, { mode: 0o600 })
}
print(file)
