import {
  confirm,
  countRows,
  dropCopy,
  execute,
  identifier,
  liftFences,
  type Names,
  namesOf,
  type Opened,
  quote,
  type ReleaseFiles,
  read,
  refuse,
  run,
  say,
  server,
  standingOf,
  swapDatabases,
  table,
} from '@stories/shared'
import { compareWithBackup } from './compare.ts'

/** Which way the database goes back: not at all, by a swap of names, or from the dump. */
export type Way = 'nothing' | 'swap' | 'dump'

/**
 * The swap while the old database stands beside; the dump when it is gone; nothing while the live one is the old one, and
 * nothing when it was migrated where it stands: the old code runs on it, and every row of visitors is in it.
 */
export function wayBack(
  standing: { swapped: boolean; inPlace: boolean; present: Set<string> },
  names: Names,
): Way {
  if (standing.inPlace) return 'nothing'
  if (!standing.swapped && standing.present.has(names.live)) return 'nothing'
  return standing.present.has(names.before) ? 'swap' : 'dump'
}

/** A name for the v3 database that is kept; a second rollback of one release gets a number. */
export function keptName(names: Names, present: Set<string>): string {
  let name = names.after
  for (let count = 2; present.has(name); count++) name = `${names.after}_${count}`
  return name
}

/** What was written since the swap, by table: rows more or fewer than the old database has. */
export function writtenSince(
  before: Map<string, number>,
  now: Map<string, number>,
): { name: string; rows: number }[] {
  return [...now]
    .map(([name, rows]) => ({ name, rows: rows - (before.get(name) ?? 0) }))
    .filter(({ rows }) => rows !== 0)
}

/** How the release's databases stand, and which way goes back. */
export async function look({ database, release }: Opened) {
  const names = namesOf(database.name, release)
  const standing = await standingOf(database, names, release)
  return { names, standing, way: wayBack(standing, names) }
}

/** Shows what was written to the new database since, and asks: it is kept by name, but the site will not show it (E37). */
export async function showWrites(opened: Opened): Promise<void> {
  const { database } = opened
  const { names, standing, way } = await look(opened)
  if (standing.inPlace) {
    say(
      `  ${names.live} was migrated where it stands: the old code runs on it, as was proven on a copy. Nothing of it is taken back and no row is lost; as it was before, it is in the backup`,
    )
    await confirm('The site goes back to the old code?')
  }
  if (way === 'nothing') return
  await liftFences(database, standing.fenced) // left by a run that died: their rows could not be counted
  const before = standing.present.has(names.before)
    ? await countRows(database, names.before)
    : new Map<string, number>()
  const written = writtenSince(before, await countRows(database, names.live))
  say(
    `  way back: ${way === 'swap' ? `${names.before} takes its name back` : 'the dump is restored beside it'}; the new database is kept as ${keptName(names, standing.present)}`,
  )
  for (const line of table([['table', 'rows since'], ...written.map(({ name, rows }) => [name, rows])]))
    say(`  ${line}`)
  await confirm(
    written.length > 0
      ? 'The site goes back to the old database, without these rows?'
      : 'The site goes back to the old database?',
  )
}

/**
 * Brings the old database back under the live name. Nothing is dropped but a copy that never was live (E35, E38): the new
 * one is kept by name; from a dump it is restored beside, compared with the backup, and swapped in.
 */
export async function restoreDatabase(opened: Opened, files: ReleaseFiles): Promise<Way> {
  const { database, directory } = opened
  const { names, standing, way } = await look(opened)
  await liftFences(database, [names.live, names.next, names.before, ...standing.fenced])
  await server`for name in ${[names.next, names.live]}; do docker ps -aq --filter "label=stories.migrator=$name" | xargs -r docker rm -f > /dev/null; done`
  if (way === 'nothing') {
    if (standing.present.has(names.next)) await dropCopy(database, names.next)
    return way
  }
  if (way === 'dump') {
    await checkDump(directory)
    const restored = names.before
    await execute(
      database,
      'postgres',
      `DROP DATABASE IF EXISTS ${identifier(restored)} WITH (FORCE);\nCREATE DATABASE ${identifier(restored)} TEMPLATE template0;`,
    )
    await server`docker exec -i ${database.container.name} psql -Xq -v ON_ERROR_STOP=1 -o /dev/null -U ${database.user} -d ${restored} < ${directory}/database_backup.sql`
    await compareWithBackup(opened, files, restored)
  }
  if (!standing.present.has(names.live))
    await execute(
      database,
      'postgres',
      `ALTER DATABASE ${identifier(names.before)} RENAME TO ${identifier(names.live)};`,
    )
  else await swapDatabases(database, names.live, names.before, keptName(names, standing.present))
  return way
}

/** The dump must be the one that was verified: a truncated one loads without a word. */
async function checkDump(directory: string): Promise<void> {
  const answer =
    await read`cd ${directory}; [ -e verified.json ] && grep -q "$(sha256sum < database_backup.sql | cut -d' ' -f1)" manifest.json && echo same || true`.text()
  if (answer.trim() !== 'same' && !run.dryRun)
    refuse(
      `${quote(directory)}/database_backup.sql is not what was verified`,
      'tsx packages/rollback/emergency.ts shows what else there is',
    )
}
