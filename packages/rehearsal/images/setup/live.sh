# Shape live: nginx in a container, compose v2, a database that grew by `db push`: history knows three old
# migrations alone. Reads /tmp/lay/schema.sql and /tmp/lay/seed.sql. This server has compose as Docker's
# plugin alone.
rm /usr/bin/docker-compose

cd /home/ubuntu/1001project
as_ubuntu() { sudo -u ubuntu -H "$@"; }
as_ubuntu docker compose build --quiet app
as_ubuntu docker compose up -d postgres mail
until docker exec 1001-stories-db pg_isready -q -U stories_user -d stories_db -h 127.0.0.1; do sleep 0.2; done
sql() { docker exec -i 1001-stories-db psql -qX -v ON_ERROR_STOP=1 -U stories_user stories_db; }
sql </tmp/lay/schema.sql
sql </tmp/lay/seed.sql
docker exec 1001-stories-db vacuumdb -q --analyze -U stories_user stories_db
as_ubuntu docker compose up -d
