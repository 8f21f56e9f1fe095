# Shape plan: nginx on the host, docker-compose 1.29, a database whose history `migrate deploy` knows.
# Reads /tmp/lay/nginx-default.conf and /tmp/lay/seed.sql.
install -m 0644 /tmp/lay/nginx-default.conf /etc/nginx/sites-available/default
ln -s /etc/nginx/sites-available/default /etc/nginx/sites-enabled/default
systemctl restart nginx

cd /home/ubuntu/1001project
as_ubuntu() { sudo -u ubuntu -H "$@"; }
as_ubuntu docker-compose build --quiet app
as_ubuntu docker-compose up -d db mail
until docker exec 1001-stories-db pg_isready -q -U postgres -d stories_db -h 127.0.0.1; do sleep 0.2; done
as_ubuntu docker-compose run --rm -T app npx prisma migrate deploy
docker exec -i 1001-stories-db psql -qX -v ON_ERROR_STOP=1 -U postgres stories_db </tmp/lay/seed.sql
docker exec 1001-stories-db vacuumdb -q --analyze -U postgres stories_db
as_ubuntu docker-compose up -d
