# Prints what makes up the state of the server, a line for each fact: section <tab> name <tab> value.
fact() { printf '%s\t%s\t%s\n' "$@"; }
digest() { sha256sum | cut -c1-16; }
cd /home/ubuntu/1001project

# Looking changes nothing: not even what git keeps about the times of files.
git_() { sudo -u ubuntu git --no-optional-locks -c diff.autoRefreshIndex=false "$@"; }
changes=$(git_ status --porcelain && git_ diff HEAD)
fact code commit "$(git_ rev-parse HEAD)"
fact code branch "$(git_ rev-parse --abbrev-ref HEAD)"
fact code 'local changes' "$(if [ -n "$changes" ]; then digest <<<"$changes"; else echo none; fi)"

name=$(docker inspect --format '{{.Config.Image}}' 1001-stories-app 2>/dev/null || echo none)
fact image 'the app runs' "$(docker inspect --format '{{.Image}} {{.State.Status}}' 1001-stories-app 2>/dev/null || echo none)"
fact image "$name" "$(docker image inspect --format '{{.Id}}' "$name" 2>/dev/null || echo none)"

fact settings .env "$(stat -c '%U:%G %a' .env) $(digest <.env)"
if [ -d /etc/nginx ]; then
  fact settings nginx "$(tar -C /etc/nginx -c --sort=name --mtime=@0 . | digest)"
else
  fact settings nginx "$(digest <nginx/nginx.conf)"
  fact settings 'nginx in its container' "$(docker exec 1001-stories-nginx cat /etc/nginx/nginx.conf 2>/dev/null | digest)"
fi

for folder in public/books public/books-upload uploads; do
  [ -d "$folder" ] || continue
  while IFS= read -r -d '' path; do
    content=folder
    [ -d "$path" ] || content=$(digest <"$path")
    fact uploads "$path" "$(stat -c '%u:%g %a' "$path") $content"
  done < <(find "$folder" -print0 | sort -z)
done

user=$(docker exec 1001-stories-db printenv POSTGRES_USER)
docker exec -i 1001-stories-db psql -qXAt -F $'\t' -v ON_ERROR_STOP=1 -U "$user" stories_db <<'SQL'
\set ours 'n.nspname !~ ''^pg_'' AND n.nspname <> ''information_schema'''
SELECT 'schema', 'table ' || c.oid::regclass, string_agg(concat_ws(' ', quote_ident(attname), format_type(atttypid, atttypmod),
         CASE WHEN attnotnull THEN 'NOT NULL' END, 'DEFAULT ' || pg_get_expr(d.adbin, d.adrelid)), ', ' ORDER BY attnum)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_attribute a ON attrelid = c.oid AND attnum > 0 AND NOT attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = attnum WHERE relkind IN ('r', 'p') AND :ours GROUP BY c.oid ORDER BY 2;
SELECT 'schema', 'enum ' || t.oid::regtype, string_agg(enumlabel, ', ' ORDER BY enumsortorder)
  FROM pg_enum JOIN pg_type t ON t.oid = enumtypid GROUP BY t.oid ORDER BY 2;
SELECT 'schema', 'constraint ' || conrelid::regclass || '.' || quote_ident(conname), pg_get_constraintdef(k.oid)
  FROM pg_constraint k JOIN pg_namespace n ON n.oid = connamespace WHERE conrelid <> 0 AND :ours ORDER BY 2;
SELECT 'schema', 'index ' || quote_ident(indexname), indexdef FROM pg_indexes JOIN pg_namespace n ON nspname = schemaname WHERE :ours ORDER BY 2;
SELECT 'schema', 'view ' || c.oid::regclass, replace(pg_get_viewdef(c.oid), E'\n', ' ')
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('v', 'm') AND :ours ORDER BY 2;
SELECT 'data', 'sequence ' || quote_ident(sequencename), coalesce(last_value::text, 'unused')
  FROM pg_sequences JOIN pg_namespace n ON nspname = schemaname WHERE :ours ORDER BY 2;
-- The sum of the rows' hashes doesn't depend on their order, and counts a row that is there twice.
SELECT format('SELECT ''data'', %L, count(*) || '' rows '' || coalesce(sum(hashtextextended(t::text, 0)::numeric), 0) FROM %s t',
         'table ' || c.oid::regclass, c.oid::regclass)
  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind = 'r' AND :ours ORDER BY 1 \gexec
SQL
