#!/bin/bash
# Starts PostgreSQL the way the official image's users expect: an empty PGDATA becomes a cluster with
# POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB, the files of /docker-entrypoint-initdb.d are run once,
# then the server runs as postgres.
set -euo pipefail

[[ ${1:-} == -* ]] && set -- postgres "$@"
[[ ${1:-} == postgres ]] || exec "$@"

if [[ $(id -u) == 0 ]]; then
  mkdir -p "$PGDATA"
  chmod 0700 "$PGDATA"
  find "$PGDATA" ! -user postgres -exec chown postgres: {} +
  exec setpriv --reuid postgres --regid postgres --init-groups -- "$0" "$@"
fi

initialise() {
  local user=${POSTGRES_USER:-postgres} host_auth=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
  local database=${POSTGRES_DB:-$user}
  if [[ -z ${POSTGRES_PASSWORD:-} && $host_auth != trust ]]; then
    echo 'POSTGRES_PASSWORD must be set for a new cluster' >&2
    exit 1
  fi

  # shellcheck disable=SC2086 # several arguments in one variable, as the official image takes them
  initdb --username="$user" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-unused}") ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all %s\n' "$host_auth" >>"$PGDATA/pg_hba.conf"

  # Reachable through the socket alone until everything is in place.
  pg_ctl -w start -o "-c listen_addresses=''"
  local sql=(psql -v ON_ERROR_STOP=1 --no-password --username "$user")
  [[ $database == postgres ]] || "${sql[@]}" --dbname postgres -v name="$database" <<<'CREATE DATABASE :"name"'
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sql) "${sql[@]}" --dbname "$database" -f "$file" ;;
      *.sql.gz) gunzip -c "$file" | "${sql[@]}" --dbname "$database" ;;
      # shellcheck source=/dev/null
      *.sh) if [[ -x $file ]]; then "$file"; else . "$file"; fi ;;
    esac
  done
  pg_ctl -w -m fast stop
}

[[ -s $PGDATA/PG_VERSION ]] || initialise
exec "$@"
