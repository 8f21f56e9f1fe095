import type { Found } from './found.ts'
import { quote } from './quote.ts'
import { bash, server } from './server.ts'
import { execute, identifier, literal, psql, query } from './sql.ts'

/** The names that a release's databases have, all beside one another in the same cluster. */
export interface Names {
  /** The one that the site uses, whatever it holds. */
  live: string
  /** The copy that is migrated, until it becomes the live one. */
  next: string
  /** The old one, after the swap. */
  before: string
  /** The new one, kept after a rollback. */
  after: string
}

/** Postgres cuts names at 63 bytes: a longer one would silently be another. */
export function namesOf(live: string, release: string): Names {
  const names = {
    live,
    next: `${live}_next`,
    before: `${live}_before_${release}`,
    after: `${live}_after_${release}`,
  }
  for (const name of Object.values(names))
    if (Buffer.byteLength(name) > 63)
      throw new Error(`the database name ${name} is longer than Postgres allows`)
  return names
}

/** SQL that keeps new sessions out of databases and ends the ones inside; each session has 10 s to end. */
const fenceSql = (names: string[]) =>
  `${names.map((name) => `ALTER DATABASE ${identifier(name)} ALLOW_CONNECTIONS false;`).join('\n')}
SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname IN (${names.map(literal).join(', ')}) AND pid <> pg_backend_pid();`

/** SQL that lets sessions into every one of these databases that exists. */
const unfenceSql = (names: string[]) =>
  names
    .map(
      (name) =>
        `SELECT format('ALTER DATABASE %I ALLOW_CONNECTIONS true', datname) FROM pg_database WHERE datname = ${literal(name)} AND NOT datallowconn \\gexec`,
    )
    .join('\n')

/**
 * A bash command that runs `work` on fenced databases and lifts the fence whatever happens. It goes to its end in the
 * database's own container, without the operator.
 */
const fenced = (database: Found['database'], fence: string[], work: string, unfence: string[]) =>
  `docker exec ${quote(database.container.name)} sh -c ${quote(`sql() { printf '%s\\n' "$1" | ${psql.join(' ')} -U "$2" -d postgres -o /dev/null; }
ended=0; sql "$1" "$3" || ended=$?; sql "$2" "$3" || ended=$?; exit "$ended"`)} sh ${[`${fenceSql(fence)}\n${work}`, unfenceSql(unfence), database.user].map(quote).join(' ')}`

/** Lifts fences that a run which died may have left behind. */
export async function liftFences(database: Found['database'], names: string[]): Promise<void> {
  if (names.length > 0) await execute(database, 'postgres', unfenceSql(names))
}

/**
 * A bash text that makes `copy` from `source` by file copy, with the settings and grants that a template copy loses. The
 * source is fenced for as long as it takes; a copy of that name from an earlier run is replaced.
 */
export function copying(database: Found['database'], source: string, copy: string): string {
  const from = literal(source)
  return fenced(
    database,
    [source],
    `DROP DATABASE IF EXISTS ${identifier(copy)} WITH (FORCE);
SELECT format('CREATE DATABASE %I TEMPLATE %I OWNER %I STRATEGY FILE_COPY', ${literal(copy)}, datname, pg_get_userbyid(datdba)) FROM pg_database WHERE datname = ${from} \\gexec
INSERT INTO pg_db_role_setting SELECT (SELECT oid FROM pg_database WHERE datname = ${literal(copy)}), s.setrole, s.setconfig FROM pg_db_role_setting s JOIN pg_database d ON d.oid = s.setdatabase WHERE d.datname = ${from};
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', ${literal(copy)}) FROM pg_database WHERE datname = ${from} AND datacl IS NOT NULL \\gexec
SELECT format('GRANT %s ON DATABASE %I TO %s%s', a.privilege_type, ${literal(copy)}, CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(a.grantee)) END, CASE WHEN a.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) FROM pg_database d, aclexplode(d.datacl) a WHERE d.datname = ${from} \\gexec`,
    [source, copy],
  )
}

/**
 * Lets `incoming` take the live name and the live one become `outgoing`, in one transaction: both or neither.
 * @param migratedFor the release for which `incoming` was migrated: it gets its mark in the same transaction
 */
export async function swapDatabases(
  database: Found['database'],
  live: string,
  incoming: string,
  outgoing: string,
  migratedFor?: string,
): Promise<void> {
  const renames = `BEGIN;
${migratedFor ? `${markSql(incoming, markOf(migratedFor))}\n` : ''}ALTER DATABASE ${identifier(live)} RENAME TO ${identifier(outgoing)};
ALTER DATABASE ${identifier(incoming)} RENAME TO ${identifier(live)};
COMMIT;`
  await server(bash(fenced(database, [live, incoming], renames, [live, incoming, outgoing])))
}

/** The mark that a migrated copy carries: whichever name it has, it is known by it. */
const markOf = (release: string) => `1001-stories: migrated for ${release}`

/** The marks of a database that is migrated where it stands, without a copy: from before the first statement, and at the end. */
const inPlaceOf = (release: string) => ({
  begun: `1001-stories: being migrated in place for ${release}`,
  done: `1001-stories: migrated in place for ${release}`,
})

const markSql = (name: string, text: string) =>
  `COMMENT ON DATABASE ${identifier(name)} IS ${text ? literal(text) : 'NULL'};`

/** Marks the live database before and after it is migrated where it stands; `undone` when nothing came of it. */
export async function markInPlace(
  database: Found['database'],
  release: string,
  state: 'begun' | 'done' | 'undone',
): Promise<void> {
  const text = state === 'undone' ? '' : inPlaceOf(release)[state]
  await execute(database, 'postgres', markSql(database.name, text))
}

/** How a release's databases stand, as the cluster says. */
export interface Standing {
  /** What has the live name is the migrated one. */
  swapped: boolean
  /** It was migrated where it stands, or its migration has begun so: there is no old one beside it, and none to go back to. */
  inPlace: boolean
  /** Which of the release's names exist. */
  present: Set<string>
  /** Names that a run which died has left closed to sessions. */
  fenced: string[]
}

/** Looks how a release's databases stand. */
export async function standingOf(
  database: Found['database'],
  names: Names,
  release: string,
): Promise<Standing> {
  const rows = await query(
    database,
    'postgres',
    `SELECT datname, datallowconn, coalesce(shobj_description(oid, 'pg_database'), '') FROM pg_database WHERE datname LIKE ${literal(`${names.live.replaceAll('_', '\\_')}%`)}`,
  )
  const ours = rows.filter(([name]) => name === names.live || name === names.next || name?.endsWith(release))
  const live = rows.find(([name]) => name === names.live)?.[2] ?? ''
  const { begun, done } = inPlaceOf(release)
  return {
    swapped: live === markOf(release) || live === done,
    inPlace: live === begun || live === done,
    present: new Set(rows.map(([name]) => name!)),
    fenced: ours.filter(([, open]) => open === 'f').map(([name]) => name!),
  }
}

/** Drops a copy that never became the live database. */
export async function dropCopy(database: Found['database'], name: string): Promise<void> {
  await execute(database, 'postgres', `DROP DATABASE IF EXISTS ${identifier(name)} WITH (FORCE);`)
}

/** The SQL that counts the rows of every table, exactly. */
export const COUNT_SQL = `SELECT format('SELECT %L, count(*) FROM %I.%I', n.nspname || '.' || c.relname, n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' AND c.relname <> '_prisma_migrations' \\gexec`

/**
 * The rows of every table of a database but Prisma's own.
 * @param alone see {@link query}
 */
export async function countRows(
  database: Found['database'],
  name: string,
  alone = true,
): Promise<Map<string, number>> {
  return new Map(
    (await query(database, name, COUNT_SQL, alone)).map(([table = '', rows]) => [table, Number(rows)]),
  )
}
