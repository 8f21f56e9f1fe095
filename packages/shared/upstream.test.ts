import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import { is, match, not, throws } from 'uvu/assert'
import type { Container, Found } from './found.ts'
import { closeSite, openSite } from './maintenance.ts'
import { leadBack, leadBeside, leadsBeside, placesOf } from './upstream.ts'

const confs = {
  plan: readFileSync(new URL('../rehearsal/images/setup/nginx-default.conf', import.meta.url), 'utf8'),
  live: readFileSync(new URL('../rehearsal/app/live/v2/nginx/nginx.conf', import.meta.url), 'utf8'),
}
const app = { name: '1001-stories-app', address: '172.18.0.5' } as Container
const onHost = { nginx: { container: undefined }, app, appService: 'app', appPublished: '3000' } as Found
const inContainer = { ...onHost, nginx: { container: app }, appPublished: undefined } as unknown as Found
const places = { plan: placesOf(onHost, '3000'), live: placesOf(inContainer, '3000') }

for (const shape of ['plan', 'live'] as const) {
  test(`the ${shape} server's configuration leads to the app beside, and back byte for byte`, () => {
    const led = leadBeside(confs[shape], places[shape], 'stories-beside:3000')
    match(led, 'proxy_pass http://stories-beside:3000;')
    is(led.match(/^\s*proxy_pass/gm)?.length, 1)
    is(leadsBeside(led), true)
    is(leadsBeside(confs[shape]), false)
    is(leadBack(led), confs[shape])
  })

  test(`leading there twice is leading there once (${shape})`, () => {
    const led = leadBeside(confs[shape], places[shape], 'stories-beside:3000')
    is(leadBeside(led, places[shape], 'stories-beside:3000'), led)
    is(leadBack(leadBeside(led, places[shape], '127.0.0.1:3001')), confs[shape])
  })

  test(`behind the maintenance page nginx has its own address again (${shape})`, () => {
    const led = leadBeside(confs[shape], places[shape], 'stories-beside:3000')
    const closed = closeSite(led, '1001stories.test', 'token')
    is(leadsBeside(closed), false)
    is(openSite(closed), confs[shape])
  })
}

test('an upstream block and a path behind the address are followed; comments and other sites are not', () => {
  const conf = `upstream site { server app:3000 max_fails=0; keepalive 8; }
# proxy_pass http://app:3000;
server { location /a { proxy_pass http://app:3000/x$is_args; } location /b { proxy_pass http://app:30001; } location /c { proxy_pass http://blog:3000; } }`
  const led = leadBeside(conf, ['app:3000'], 'stories-beside:3000')
  match(led, 'server stories-beside:3000 max_fails=0;')
  match(led, 'proxy_pass http://stories-beside:3000/x$is_args;')
  match(led, 'proxy_pass http://app:30001;')
  match(led, 'proxy_pass http://blog:3000;')
  match(led, '\n# proxy_pass http://app:3000;\n')
  is(leadBack(led), conf)
})

test('connections are not kept meanwhile, unless the place says otherwise itself', () => {
  const [place, there] = [['app:3000'], 'stories-beside:3000']
  match(
    leadBeside('keepalive_timeout 65; location / { proxy_pass http://app:3000; }', place, there),
    'keepalive_timeout 0;',
  )
  const own = 'location / { keepalive_timeout 5; if ($a) { return 404; } proxy_pass http://app:3000; }'
  not.match(leadBeside(own, place, there), 'keepalive_timeout 0;')
  is(leadBack(leadBeside(own, place, there)), own)
})

test('a configuration that names the app in no way that can be followed is refused', () => {
  throws(() => leadBeside('set $to app; proxy_pass http://$to:3000;', ['app:3000'], 'b:1'), /nothing in/)
})

test("nginx on the host knows the app by its published port, nginx in a container by the app's name", () => {
  not(places.plan.includes('app:3000'))
  is(places.plan.includes('127.0.0.1:3000'), true)
  is(places.live.includes('app:3000'), true)
  is(places.live.includes('127.0.0.1:3000'), false)
})

test.run()
