import { loadSettings, totals, watchAsVisitor } from '@stories/shared'
import { inside, type Practice } from '../../practice.ts'
import { project } from '../../settings.ts'

/**
 * Phases 1 to 6 in the plan's own order, repaired just enough to come to their end: a page without a loose quote (E12), typed
 * into nginx by sed where the plan opens an editor, with Retry-After, so that a visitor can be counted; .env and uploads from
 * beside the folder; the new image built before its Prisma is asked (E18); the diff the right way round (E19), in psql that
 * stops at an error (E20); history marked before `migrate deploy` (E23); a log that is not followed for ever (E27); visits on
 * the address where nginx listens.
 */
export const PLANS_ORDER = `set -e
cd ${project}
build() { local since=$(date +%s%3N); docker-compose build app; echo "built in $(($(date +%s%3N) - since)) ms"; }
BACKUP_DIR=$(readlink -f /home/ubuntu/backups/current)

echo '<html><body><h1>System Maintenance</h1><p>We will be back shortly.</p></body></html>' > /tmp/maintenance.html
sudo cp /tmp/maintenance.html /var/www/html/maintenance.html
sudo cp /etc/nginx/sites-available/default /tmp/plans-order.conf
sudo sed -i '/listen 443/a if (-f $document_root/maintenance.html) { return 503; } error_page 503 @maintenance; location @maintenance { add_header Retry-After 120 always; rewrite ^(.*)$ /maintenance.html break; }' /etc/nginx/sites-available/default
sudo nginx -t
sudo systemctl reload nginx

docker-compose stop app
docker ps | grep 1001-stories-db

cp .env /tmp/plans-order.env
git stash save "Production changes before v3 deployment"
git fetch origin
git checkout v3-ui-overhaul
git pull origin v3-ui-overhaul
cp /tmp/plans-order.env .env
sudo cp -r "$BACKUP_DIR/books" public/
sudo cp -r "$BACKUP_DIR/books-upload" public/
ls -la public/books/
grep -c DATABASE_URL .env

build
docker-compose run -T --rm app npx prisma generate
docker-compose run -T --rm app npx prisma migrate diff --from-schema-datasource prisma/schema.prisma --to-schema-datamodel prisma/schema.prisma --script > /tmp/migration.sql
docker exec -i 1001-stories-db psql -v ON_ERROR_STOP=1 -U postgres stories_db <<EOF
BEGIN;
SAVEPOINT before_migration;
$(cat /tmp/migration.sql)
SELECT COUNT(*) FROM "User";
SELECT COUNT(*) FROM "Story";
COMMIT;
EOF
for folder in prisma/migrations/*/; do
  name=$(basename "$folder")
  known=$(docker exec 1001-stories-db psql -XqAt -U postgres stories_db -c "SELECT count(*) FROM _prisma_migrations WHERE migration_name = '$name'")
  [ "$known" != 0 ] || docker-compose run -T --rm app npx prisma migrate resolve --applied "$name"
done
docker-compose run -T --rm app npx prisma migrate deploy

build
docker-compose up -d
for second in $(seq 60); do if docker-compose logs app | grep -q 'Ready on http://localhost:3000'; then break; fi; sleep 1; done

curl -fsSI http://localhost:3000/api/health
docker-compose run -T --rm app npx prisma db pull --print > /dev/null
curl -fsSI http://localhost:3000/books/sample.pdf
sudo rm /var/www/html/maintenance.html
sudo systemctl reload nginx
curl -fsSkI --connect-to ::127.0.0.1: https://1001stories.test
`

/** What the commands that our scripts run before the window have left behind: the plan builds its image itself, in the window. */
const FORGET_IMAGES = `docker images --format '{{.Repository}}:{{.Tag}}' | grep -E '^(1001-stories-(app|migrator):[0-9a-f]{12}|stories-build[_-]app:latest)$' | xargs -r docker rmi > /dev/null; docker image prune -f > /dev/null`

/** What visitors saw of it, in milliseconds, and how often neither an answer nor the page. */
export interface Seen {
  window: number
  unanswered: number
  /** What of it was spent on `docker-compose build`. */
  building: number
}

/**
 * Deploys in the plan's own order, once: afterwards the server is at v3.
 * @throws Error with its last words when it does not come there
 */
export async function plansOrder(practice: Practice): Promise<Seen> {
  await inside(practice, FORGET_IMAGES)
  const leave = watchAsVisitor(loadSettings(practice.envFile, {}))
  const file = '/tmp/plans-order.sh'
  await inside(practice, `cat > ${file}`, { input: PLANS_ORDER })
  const ended = inside(
    practice,
    `sudo -u ubuntu bash ${file} < /dev/null > ${file}.log 2>&1 || { tail -n 20 ${file}.log >&2; exit 1; }`,
  )
  const record = await ended.then(leave, leave)
  await ended
  await inside(
    practice,
    `[ "$(sudo -u ubuntu git -C ${project} symbolic-ref --short HEAD)" = v3-ui-overhaul ] && curl -fsS -o /dev/null http://localhost:3000/api/health/database`,
  )
  const builds = await inside(practice, `grep -oP '^built in \\K\\d+' ${file}.log`)
  const building = builds
    .trim()
    .split('\n')
    .map(Number)
    .reduce((sum, ms) => sum + ms)
  const { window, seen } = totals(record)
  return { window, unanswered: seen.error + seen.nothing, building }
}
