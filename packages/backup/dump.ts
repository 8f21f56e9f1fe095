import { FINGERPRINT_SQL, type Found, quote } from '@stories/shared'
import { RIGHTS_SQL } from './rights.ts'

/** What is asked in the dump's own snapshot, and again of the restored copy. */
export const QUESTIONS_SQL = `${FINGERPRINT_SQL}\n${RIGHTS_SQL}`

/**
 * The bash text that dumps a database and answers {@link QUESTIONS_SQL}, which come on stdin, in ONE exported snapshot:
 * so the two belong together even while the site takes writes.
 *
 * Leaves `database_backup.sql`, `database_fingerprint.tsv` and `database_globals.sql` (roles) in the directory; each
 * whole or not at all. A dump locks nothing that stops the app, and does not queue behind what does for longer than 30 s.
 * @param nice niceness of pg_dump inside the container, 0 to 19: the load on a live site is bounded
 */
export function dumpScript(
  { container, user, name }: Found['database'],
  directory: string,
  nice: string,
): string {
  const psql = `docker exec -i ${quote(container.name)} psql -XqAt -F $'\\t' -v ON_ERROR_STOP=1 -U ${quote(user)} -d ${quote(name)}`
  const inside = `docker exec ${quote(container.name)} nice -n ${quote(nice)}`
  return `cd ${quote(directory)}
questions=$(cat)
coproc SESSION { ${psql}; }
exec 5>&"\${SESSION[1]}" 6<&"\${SESSION[0]}"
echo 'BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY; SELECT pg_export_snapshot();' >&5
IFS= read -r -t 60 snapshot <&6 || { echo 'the database gave no snapshot' >&2; exit 1; }
${inside} pg_dump -U ${quote(user)} --lock-wait-timeout=30s --snapshot="$snapshot" ${quote(name)} > database_backup.sql.tmp &
dump=$!
printf '%s\\n\\\\echo whole\\n' "$questions" >&5
cat <&6 5>&- > database_fingerprint.tsv.tmp &
answers=$!
# The snapshot lasts as long as its session: a dump that starts slowly must still find it.
wait "$dump"
(trap '' PIPE; echo '\\q' >&5) 2>/dev/null || true
wait "$answers"
tail -n 5 database_backup.sql.tmp | grep -q 'PostgreSQL database dump complete' || { echo 'the dump has no closing line: it is not whole' >&2; exit 1; }
[ "$(tail -n 1 database_fingerprint.tsv.tmp)" = whole ] || { echo 'the fingerprint is not whole' >&2; exit 1; }
${inside} pg_dumpall -U ${quote(user)} --globals-only > database_globals.sql.tmp
for file in database_backup.sql database_fingerprint.tsv database_globals.sql; do sync "$file.tmp"; mv "$file.tmp" "$file"; done`
}
