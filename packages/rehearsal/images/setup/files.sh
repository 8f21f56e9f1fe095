# What git doesn't hold: .env and the uploads. Reads /tmp/lay/.env and /tmp/lay/uploads. $1: the shape
cd /home/ubuntu/1001project
cp -a /tmp/lay/uploads/. .
install -m 0600 /tmp/lay/.env .env
chown -R ubuntu:ubuntu .
# In the live shape the app runs as uid 1001 and owns what it wrote.
if [ "$1" = live ]; then chown -R 1001:1001 uploads; fi
