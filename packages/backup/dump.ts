import { type Found, quote } from '@stories/shared'

/**
 * The bash text that dumps a database and takes its fingerprint in ONE exported snapshot, so that the two belong together
 * even while the site takes writes. The fingerprint's SQL comes on stdin.
 *
 * Leaves `database_backup.sql`, `database_fingerprint.tsv` and `database_globals.sql` (roles and grants) in the
 * directory; each whole or not at all.
 * @param nice niceness of pg_dump inside the container, 0 to 19: the load on a live site is bounded
 */
export function dumpScript(database: Found['database'], directory: string, nice: string): string {
  const psql = `docker exec -i ${quote(database.container.name)} psql -XqAt -F $'\\t' -v ON_ERROR_STOP=1 -U ${quote(database.user)} -d ${quote(database.name)}`
  const inside = `docker exec ${quote(database.container.name)} nice -n ${quote(nice)}`
  return `cd ${quote(directory)}
questions=$(cat)
coproc SESSION { ${psql}; }
exec 5>&"\${SESSION[1]}" 6<&"\${SESSION[0]}"
echo 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SELECT pg_export_snapshot();' >&5
IFS= read -r -t 60 snapshot <&6 || { echo 'the database gave no snapshot' >&2; exit 1; }
${inside} pg_dump -U ${quote(database.user)} --snapshot="$snapshot" ${quote(database.name)} > database_backup.sql.tmp &
dump=$!
printf '%s\\n\\\\echo whole\\n\\\\q\\n' "$questions" >&5
cat <&6 > database_fingerprint.tsv.tmp
wait "$dump"
tail -n 5 database_backup.sql.tmp | grep -q 'PostgreSQL database dump complete' || { echo 'the dump has no closing line: it is not whole' >&2; exit 1; }
[ "$(tail -n 1 database_fingerprint.tsv.tmp)" = whole ] || { echo 'the fingerprint is not whole' >&2; exit 1; }
${inside} pg_dumpall -U ${quote(database.user)} --globals-only > database_globals.sql.tmp
for file in database_backup.sql database_fingerprint.tsv database_globals.sql; do sync "$file.tmp"; mv "$file.tmp" "$file"; done`
}
