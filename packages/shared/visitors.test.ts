import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { test } from 'uvu'
import { equal, is, ok } from 'uvu/assert'
import { loadSettings, type Settings } from './settings.ts'
import { type Kind, type Seen, type Sight, sightOf, totals, watchAsVisitor, windowOf } from './visitors.ts'

const one = (at: number, sight: Sight, kind: Kind = 'get', ms = 5): Seen => ({
  kind,
  at,
  sight,
  status: { ok: 200, page: 503, error: 502, nothing: 0 }[sight],
  ms,
})
const times = ({ window, broken }: { window: number; broken: number }) => ({ window, broken })

test('a 503 with Retry-After is the page, any other 5xx an error, no status nothing', () => {
  equal(
    [sightOf(503, '60'), sightOf(503, undefined), sightOf(502, undefined), sightOf(0, undefined)],
    ['page', 'error', 'error', 'nothing'],
  )
  equal([sightOf(200, undefined), sightOf(404, undefined)], ['ok', 'ok'])
})

test('the window is from the first sight of the page to the first answer after the last', () => {
  const record = [
    one(0, 'ok'),
    one(100, 'page'),
    one(200, 'ok'),
    one(300, 'page'),
    one(450, 'ok'),
    one(600, 'ok'),
  ]
  equal(times(totals(record)), { window: 350, broken: 0 })
  equal(windowOf(record), { from: 100, to: 450 })
})

test('a page that never went off lasts to the last visit', () => {
  equal(times(totals([one(0, 'ok'), one(100, 'page'), one(300, 'page')])), { window: 200, broken: 0 })
})

test('an error long before the page belongs to no window, but is time without an answer', () => {
  const record = [one(0, 'nothing'), one(200, 'ok'), one(1000, 'page'), one(1200, 'error'), one(1300, 'ok')]
  equal(times(totals(record)), { window: 300, broken: 300 })
})

test('an unanswered visit at the very end lasts as long as the visitor waited', () => {
  equal(times(totals([one(0, 'ok'), one(200, 'nothing', 'get', 5000)])), { window: 0, broken: 5000 })
})

test('a download that was cut off counts, but stretches neither time', () => {
  const record = [one(0, 'nothing', 'slow', 3000), one(2000, 'ok'), one(2500, 'page'), one(2700, 'ok')]
  equal(totals(record), {
    visits: 4,
    seen: { ok: 2, page: 1, error: 0, nothing: 1 },
    window: 200,
    broken: 0,
    closed: 0,
  })
})

test('nobody came: nothing was seen', () => {
  equal(times(totals([])), { window: 0, broken: 0 })
})

/** A site that answers, is closed, or hangs up in the middle, as told. */
async function site() {
  const sockets = new Set<Socket>()
  const told = { answer: 'ok' as 'ok' | 'page' | 'hang up', posts: [] as string[] }
  const server: Server = createServer((request, response) => {
    if (told.answer === 'hang up') return void request.socket.destroy()
    if (told.answer === 'page') return void response.writeHead(503, { 'retry-after': '60' }).end('back soon')
    let body = ''
    request.on('data', (chunk) => {
      body += chunk
    })
    request.on('end', async () => {
      if (request.method === 'POST') told.posts.push(body)
      if (request.url === '/slow') {
        response.write('.')
        await setTimeout(150)
      }
      response.end('.')
    })
  }).on('connection', (socket) => sockets.add(socket.on('close', () => sockets.delete(socket))))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const settings = loadSettings('/dev/null', {
    SERVER_HOST: 'here',
    PUBLIC_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  })
  const close = () => {
    server.closeAllConnections()
    server.close()
  }
  return { told, settings, close }
}

const PROBES: Partial<Settings> = { PROBE_POST_PATH: '/echo', PROBE_SLOW_PATH: '/slow' }
const kinds = (record: Seen[]) => [...new Set(record.map(({ kind }) => kind))].sort()

test('visitors come with GET and on a kept connection; with POST and downloads when a path is set', async () => {
  const { told, settings, close } = await site()
  const [few, all] = [watchAsVisitor(settings, '/', 20), watchAsVisitor({ ...settings, ...PROBES }, '/', 20)]
  await setTimeout(500)
  const records = [await few(), await all()] as const
  close()
  equal(kinds(records[0]), ['get', 'keep-alive'])
  equal(kinds(records[1]), ['get', 'keep-alive', 'post', 'slow'])
  ok(records[1].every(({ sight }) => sight === 'ok'))
  ok(told.posts.length > 1 && told.posts.every((body) => body === 'visitor=probe'))
  ok(records[1].filter(({ kind }) => kind === 'slow').every(({ ms }) => ms > 140))
})

test('the kept connection is one, and every visit after the first goes over it', async () => {
  const { settings, close } = await site()
  const leave = watchAsVisitor(settings, '/', 20)
  await setTimeout(300)
  const kept = (await leave()).filter(({ kind }) => kind === 'keep-alive')
  close()
  ok(kept.length > 3)
  is(kept[0]?.reused, undefined)
  ok(kept.slice(1).every(({ reused }) => reused))
})

test('what visitors saw is recorded as it was, also a kept connection that dies under a visit', async () => {
  const { told, settings, close } = await site()
  const leave = watchAsVisitor({ ...settings, ...PROBES }, '/', 20)
  for (const answer of ['page', 'hang up', 'ok'] as const) {
    await setTimeout(250)
    told.answer = answer
  }
  await setTimeout(250)
  const record = await leave()
  close()
  const { seen } = totals(record)
  ok(seen.ok > 0 && seen.page > 0 && seen.nothing > 0, JSON.stringify(seen))
  is(seen.error, 0)
  const died = record.find(
    ({ kind, sight, reused }) => kind === 'keep-alive' && sight === 'nothing' && reused,
  )
  is(died?.error, 'ECONNRESET')
  ok(
    totals(record).closed > 0 && totals(record).closed < seen.nothing,
    'those who made a connection had nothing',
  )
  is(record.at(-1)?.sight, 'ok', 'a new connection is made after it')
})

test.run()
