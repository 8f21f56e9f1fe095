import { test } from 'uvu'
import { equal, is, match, not, ok, throws } from 'uvu/assert'
import { BYPASS_HEADER, closeSite, isClosed, newToken, openSite, serverBlocks } from './maintenance.ts'

const HOST = '1001stories.example.org'
const PLAN = `# The site's own { comment }
server {
    listen 80;
    server_name ${HOST} www.${HOST};
    return 301 https://$host$request_uri;
}
server {
    listen 443 ssl;
    server_name ${HOST};
    location / { proxy_pass http://127.0.0.1:3000; }
}
server {
    listen 80;
    server_name other.example.org;
    location / { root /var/www/other; }
}
`
const LIVE = `events {}
http {
  upstream app { server app:3000; }
  map $http_upgrade $connection { default upgrade; '' close; }
  server { listen 80 default_server; return 301 https://$host$request_uri; }
  server {
    listen 443 ssl;
    location = /health { return 200 "ok}"; }
    location / { proxy_pass http://app; }
  }
}`

test('the page is on in every server block of the site, and in no other', () => {
  const closed = closeSite(PLAN, HOST, 'word')
  equal(
    serverBlocks(closed).map(({ text }) => isClosed(text)),
    [true, true, false],
  )
})

test('where no block names the site, the one that passes requests on is closed', () => {
  const closed = closeSite(LIVE, HOST, 'word')
  equal(
    serverBlocks(closed).map(({ text }) => isClosed(text)),
    [false, true],
  )
})

test('opening gives back the very bytes from before', () => {
  for (const conf of [PLAN, LIVE, `${PLAN}\n\n`, PLAN.replaceAll('\n', '\r\n')]) {
    is(openSite(closeSite(conf, HOST, 'word')), conf)
    is(openSite(conf), conf)
  }
})

test('closing twice is closing once, with the newer word', () => {
  const twice = closeSite(closeSite(PLAN, HOST, 'older'), HOST, 'newer')
  is(twice, closeSite(PLAN, HOST, 'newer'))
  not.match(twice, 'older')
})

test('what stands at the top of a block comes first, so that a redirect does not win', () => {
  const closed = closeSite(PLAN, HOST, 'word')
  ok(closed.indexOf('return 503') < closed.indexOf('return 301'))
})

test('visitors get 503 with Retry-After; health and certificates still answer', () => {
  const closed = closeSite(PLAN, HOST, 'word')
  match(closed, /return 503/)
  match(closed, /Retry-After/)
  match(closed, /@stories_maintenance \{ keepalive_timeout 0;/) // else the reload that ends it cuts off who asks just then
  match(closed, /\^\/\(health\$\|\\\.well-known\/acme-challenge\//)
})

test('a name that only ends or begins like the site is not the site', () => {
  const conf = `server { server_name not-${HOST}; }\nserver { server_name ${HOST}.evil.org; }\n`
  throws(() => closeSite(conf, HOST, 'word'), /set NGINX_CONF/)
})

test('braces in comments and in quotes do not end a block', () => {
  const conf = `server { # }\n server_name ${HOST}; add_header X "}"; return 200 '{'; }\nserver { }`
  equal(
    serverBlocks(conf).map(({ text }) => text.includes(HOST)),
    [true, false],
  )
})

test("an upstream's server lines are no server blocks", () => {
  is(serverBlocks('upstream a { server app:3000; server { }').length, 1)
  is(serverBlocks('upstream a { server app:3000; }').length, 0)
})

test('the one-time word is new every time and needs no quoting anywhere', () => {
  const [one, two] = [newToken(), newToken()]
  is.not(one, two)
  match(one, /^[0-9a-f]{48}$/)
  match(closeSite(PLAN, HOST, one), `$http_${BYPASS_HEADER.replaceAll('-', '_')} = "${one}"`)
})

test.run()
