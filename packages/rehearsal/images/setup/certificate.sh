# A certificate authority of our own and a certificate for the site, laid where the shape's nginx expects it.
# $1: folder of fullchain.pem and privkey.pem
umask 077
mkdir -p /etc/ssl/rehearsal "$1"
cd /etc/ssl/rehearsal
new_key() { openssl ecparam -genkey -name prime256v1 -noout -out "$1"; }
new_key ca.key
openssl req -x509 -new -key ca.key -days 3650 -subj '/CN=Practice server CA' -out ca.pem
new_key privkey.pem
openssl req -new -key privkey.pem -subj '/CN=1001stories.test' -out site.csr
openssl x509 -req -in site.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 3650 -out site.pem 2>/dev/null \
  -extfile <(printf 'subjectAltName=DNS:1001stories.test,DNS:www.1001stories.test\nextendedKeyUsage=serverAuth\n')
cat site.pem ca.pem >fullchain.pem
install -m 0644 fullchain.pem "$1/fullchain.pem"
install -m 0600 privkey.pem "$1/privkey.pem"
chmod 0755 /etc/ssl/rehearsal && chmod 0644 ca.pem
# What a browser has built in: the server itself trusts the authority too.
install -m 0644 ca.pem /usr/local/share/ca-certificates/rehearsal.crt
update-ca-certificates >/dev/null 2>&1
