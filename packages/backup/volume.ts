import { type Found, quote } from '@stories/shared'

/**
 * The bash text that unpacks the base backup in a container of the database's own image without network, lets
 * `pg_verifybackup` check every file against the backup's manifest, starts it, and prints how many tables it has.
 */
export function bootScript(database: Found['database'], directory: string): string {
  const inside = `set -e
data=$(mktemp -d); chmod 700 "$data"
tar -xzf - -C "$data"
pg_verifybackup -q "$data"
pg_ctl -s -w -t 120 -D "$data" -l /tmp/log -o "-c listen_addresses= -c unix_socket_directories=/tmp -c fsync=off -c archive_mode=off -c ssl=off" start || { cat /tmp/log >&2; exit 1; }
psql -XqAt -h /tmp -U ${quote(database.user)} -d ${quote(database.name)} -c "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname = 'public'"
pg_ctl -s -m immediate -D "$data" stop`
  return `docker run --rm -i --network none --label stories.scratch=volume --user postgres --entrypoint bash ${quote(database.container.imageId)} -c ${quote(inside)} < ${quote(`${directory}/postgres_volume.tar.gz`)}`
}
