import {
  literal,
  type Manifest,
  type Opened,
  prismaVersion,
  query,
  read,
  refuse,
  type Seen,
  who,
} from '@stories/shared'
import type { Proof } from '../migration/proof.ts'
import { readJournal } from '../run/standing.ts'
import type { ReportData } from './data.ts'

const FILES = [
  'manifest.json',
  'journal.jsonl',
  'visitors.json',
  'proof.json',
  'migration.sql',
  'verified.json',
  'target_commit.txt',
]

/**
 * Reads what a report is drawn from: nearly all of it out of the release directory.
 * @throws Stop (exit 3) when it has no manifest: what is not a backup has no report
 */
export async function gatherReport({ directory, release, settings, database }: Opened): Promise<ReportData> {
  const answer =
    await read`cd ${directory}; for file in ${FILES}; do cat "$file" 2>/dev/null || true; printf '\n@@%s\n' "$file"; done
    [ ! -e in-progress ] || echo yes; printf '\n@@in-progress\n'`.text()
  const parts = new Map<string, string>()
  let rest = answer
  for (const name of [...FILES, 'in-progress']) {
    const end = rest.indexOf(`\n@@${name}\n`)
    parts.set(name, rest.slice(0, end))
    rest = rest.slice(end + name.length + 4)
  }
  const part = (name: string) => parts.get(name) ?? ''
  const json = <T>(name: string) => (part(name).trim() === '' ? undefined : (JSON.parse(part(name)) as T))
  const manifest = json<Manifest>('manifest.json')
  if (!manifest)
    refuse(
      `${directory} has no manifest.json`,
      'name another with --backup-dir, or take a backup: tsx packages/backup/backup.ts',
    )
  const target = part('target_commit.txt').trim()
  const lockFile = target && (await read`git show ${target}:package-lock.json 2>/dev/null || true`.text())
  const oid = await query(
    database,
    'postgres',
    `SELECT oid FROM pg_database WHERE datname = ${literal(database.name)}`,
  ).catch(() => undefined) // a report is wanted most when not everything is up
  return {
    release,
    site: settings.PUBLIC_URL,
    server: settings.SERVER_HOST === 'here' ? 'the server itself' : settings.SERVER_HOST,
    branch: settings.TARGET_BRANCH,
    target,
    prisma: lockFile ? prismaVersion(lockFile) : '',
    manifest,
    journal: readJournal(part('journal.jsonl')),
    visitors: json<Seen[]>('visitors.json') ?? [],
    proof: json<Proof>('proof.json'),
    sql: part('migration.sql'),
    verified: json<NonNullable<ReportData['verified']>>('verified.json'),
    unfinished: part('in-progress').trim() === 'yes',
    original: oid && oid[0]?.[0] === manifest.database.oid,
    made: new Date().toISOString(),
    by: who(),
  }
}
