import { type Found, quote } from '@stories/shared'
import { bounded, gently, shareOf } from './bounds.ts'

/**
 * The bash text that takes a base backup of the whole cluster through the container whose volume it is (E5, E6). A
 * temporary replication slot keeps the write-ahead log that belongs to it from being recycled meanwhile: it goes by
 * itself with its session.
 *
 * It is compressed a piece on each processor: one gzip file may be several, one after the other.
 * @param root the folder of backups
 * @param nice niceness, 0 to 19
 */
export function volumeScript(
  database: Found['database'],
  root: string,
  directory: string,
  nice: string,
): string {
  const { container, user } = database
  const gentle = gently(nice).join(' ')
  const inside = `docker exec -i -e PGAPPNAME=stories_volume ${quote(container.name)}`
  return `cd ${quote(directory)}
${bounded(database, root, nice, 'stories_volume')}
coproc SLOT { ${inside} psql -XqAt -v ON_ERROR_STOP=1 -U ${quote(user)} -d postgres; }
exec 5>&"\${SLOT[1]}" 6<&"\${SLOT[0]}"
echo "SELECT 'held' FROM pg_create_physical_replication_slot('backup_' || pg_backend_pid(), true, true);" >&5
IFS= read -r -t 60 held <&6 || { echo 'the database gave no replication slot' >&2; exit 1; }
(until ls volume.* > /dev/null 2>&1 || ! kill -0 $$; do sleep 0.1; done; calm) 5>&- 2> /dev/null &
${inside} ${gentle} pg_basebackup -U ${quote(user)} -D - -Ft -X fetch -c fast < /dev/null |
  split --bytes=32M --suffix-length=4 --additional-suffix=.tmp --filter='cat > "$FILE"; echo "$FILE"' - volume. |
  ${gentle} xargs -P "$(nproc)" -I {} gzip -1 {}
echo '\\q' >&5
cat volume.*.gz > postgres_volume.tar.gz.tmp; rm volume.*.gz
sync postgres_volume.tar.gz.tmp; mv postgres_volume.tar.gz.tmp postgres_volume.tar.gz`
}

/**
 * The bash text that unpacks the base backup in a container of the database's own image without network, lets
 * `pg_verifybackup` check every file against the backup's manifest, starts it, and prints how many tables it has.
 * @param amcheck has every index compared with its table as well, where the image brings pg_amcheck
 */
export function bootScript(
  database: Found['database'],
  directory: string,
  nice: string,
  amcheck: boolean,
): string {
  const connection = `-h /tmp -U ${quote(database.user)}`
  const check = `if command -v pg_amcheck >/dev/null; then pg_amcheck ${connection} -d ${quote(database.name)} --install-missing --heapallindexed >&2
else echo 'the image has no pg_amcheck' >&2; exit 1; fi`
  const inside = `set -e
data=$(mktemp -d); chmod 700 "$data"
tar -xzf - -C "$data"
pg_verifybackup -q "$data"
pg_ctl -s -w -t 120 -D "$data" -l /tmp/log -o "-c listen_addresses= -c unix_socket_directories=/tmp -c fsync=off -c archive_mode=off -c ssl=off" start || { cat /tmp/log >&2; exit 1; }
${amcheck ? check : ':'}
psql -XqAt ${connection} -d ${quote(database.name)} -c "SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'r' AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'"
pg_ctl -s -m immediate -D "$data" stop`
  return `docker run --rm -i --network none --label stories.scratch=volume ${shareOf(nice).join(' ')} --user postgres --entrypoint bash ${quote(database.container.imageId)} -c ${quote(inside)} < ${quote(`${directory}/postgres_volume.tar.gz`)}`
}
