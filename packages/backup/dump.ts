import { FINGERPRINT_SQL, type Found, quote } from '@stories/shared'
import { bounded, gently } from './bounds.ts'
import { RIGHTS_SQL } from './rights.ts'

/** What is asked in the dump's own snapshot, and again of the restored copy. */
export const QUESTIONS_SQL = `${FINGERPRINT_SQL}\n${RIGHTS_SQL}`

/**
 * What a database has beside its content, as SQL that psql runs in whichever database it is: pg_dump leaves it out, and
 * whoever restores the dump would miss it. The comment stays behind: it tells a migrated database from the old one.
 */
export const SETTINGS_SQL = `WITH d AS (SELECT * FROM pg_catalog.pg_database WHERE datname = current_database()), lines AS (
SELECT 1::bigint AS at, format('ALTER DATABASE :"DBNAME" OWNER TO %I;', pg_get_userbyid(datdba)) AS line FROM d
UNION ALL SELECT 2, format('ALTER DATABASE :"DBNAME" CONNECTION LIMIT %s;', datconnlimit) FROM d WHERE datconnlimit <> -1
UNION ALL SELECT 3, format('REVOKE ALL ON DATABASE :"DBNAME" FROM PUBLIC, %I;', pg_get_userbyid(datdba)) FROM d WHERE datacl IS NOT NULL
UNION ALL SELECT 4, format('GRANT %s ON DATABASE :"DBNAME" TO %s%s;', privilege_type, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(grantee)) END, CASE WHEN is_grantable THEN ' WITH GRANT OPTION' END) FROM d, aclexplode(datacl)
UNION ALL SELECT 4 + nr, format('ALTER %sDATABASE :"DBNAME" SET %s TO %s;', CASE WHEN setrole <> 0 THEN format('ROLE %I IN ', pg_get_userbyid(setrole)) END, key,
  CASE WHEN key IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries') THEN val ELSE quote_literal(val) END)
FROM d JOIN pg_catalog.pg_db_role_setting ON setdatabase = d.oid, unnest(setconfig) WITH ORDINALITY c(entry, nr), split_part(entry, '=', 1) key, substr(entry, length(key) + 2) val)
SELECT line FROM lines ORDER BY at, line`

/**
 * The bash text that dumps a database and answers {@link QUESTIONS_SQL}, which come on stdin, in ONE exported snapshot:
 * so the two belong together even while the site takes writes.
 *
 * Leaves `database_backup.sql`, `database_fingerprint.tsv` and `database_globals.sql` (roles) in the directory; each
 * whole or not at all. A dump locks nothing that stops the app, and does not queue behind what does for longer than 30 s.
 * @param root the folder of backups
 * @param nice niceness, 0 to 19: the load on a live site is bounded
 */
export function dumpScript(
  database: Found['database'],
  root: string,
  directory: string,
  nice: string,
): string {
  const { container, user, name } = database
  const gentle = gently(nice).join(' ')
  const inside = `docker exec -i -e PGAPPNAME=stories_dump ${quote(container.name)}`
  const psql = `${inside} psql -XqAt -F $'\\t' -v ON_ERROR_STOP=1 -U ${quote(user)} -d ${quote(name)}`
  return `cd ${quote(directory)}
${bounded(database, root, nice, 'stories_dump')}
questions=$(cat)
coproc SESSION { ${psql}; }
exec 5>&"\${SESSION[1]}" 6<&"\${SESSION[0]}"
echo 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SELECT pg_export_snapshot();' >&5
IFS= read -r -t 60 snapshot <&6 || { echo 'the database gave no snapshot' >&2; exit 1; }
${inside} ${gentle} pg_dump -U ${quote(user)} --lock-wait-timeout=30s --snapshot="$snapshot" ${quote(name)} < /dev/null > database_backup.sql.tmp &
dump=$!
printf '%s\\n\\\\echo whole\\n' "$questions" >&5
cat <&6 5>&- > database_fingerprint.tsv.tmp &
answers=$!
until [ -s database_backup.sql.tmp ] || ! kill -0 "$dump" 2> /dev/null; do sleep 0.1; done
calm
settings=$(${psql} <<< ${quote(SETTINGS_SQL)})
# The snapshot lasts as long as its session: a dump that starts slowly must still find it.
wait "$dump" || { echo "pg_dump ended with $? before its end" >&2; exit 1; }
(trap '' PIPE; echo '\\q' >&5) 2>/dev/null || true
wait "$answers"
tail -n 5 database_backup.sql.tmp | grep -q 'PostgreSQL database dump complete' || { echo 'the dump has no closing line: it is not whole' >&2; exit 1; }
[ "$(tail -n 1 database_fingerprint.tsv.tmp)" = whole ] || { echo 'the fingerprint is not whole' >&2; exit 1; }
printf -- '--\\n-- Settings and rights of the database itself\\n--\\n\\n%s\\n\\n--\\n-- PostgreSQL database dump complete\\n--\\n' "$settings" >> database_backup.sql.tmp
${inside} pg_dumpall -U ${quote(user)} --globals-only < /dev/null > database_globals.sql.tmp
for file in database_backup.sql database_fingerprint.tsv database_globals.sql; do sync "$file.tmp"; mv "$file.tmp" "$file"; done`
}
