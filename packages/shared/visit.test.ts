import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match, ok } from 'uvu/assert'
import { loadSettings, type Settings } from './settings.ts'
import { visit } from './visit.ts'

const folder = mkdtempSync(join(tmpdir(), 'stories-visit-'))
const servers: Server[] = []

const answer: RequestListener = (request, response) => {
  if (request.url === '/slow') return response.writeHead(200).write('a few bytes, and then')
  if (request.url === '/cut')
    return response.writeHead(200, { 'content-length': '100' }).write('x', () => response.destroy())
  if (request.url === '/trickle') return void setInterval(() => response.write('.'), 50).unref()
  const body: Buffer[] = []
  request.on('data', (chunk) => body.push(chunk))
  request.on('end', () => {
    const { method, url, headers } = request
    response.writeHead(url === '/gone' ? 503 : 200, { 'x-seen': 'yes' })
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(body).toString() }))
  })
}

async function listen(server: Server, host = '127.0.0.1'): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  return (server.address() as AddressInfo).port
}

const port = await listen(createServer(answer))
const settings = (more: Partial<Settings> = {}) =>
  loadSettings(undefined, {
    SERVER_HOST: 'here',
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    STORIES_ENV_FILE: '/dev/null',
    ...more,
  })

test.after(() => {
  for (const server of servers) {
    server.closeAllConnections()
    server.close()
  }
  rmSync(folder, { recursive: true })
})

test('status, headers, body and time of an answer', async () => {
  const { status, headers, body, content, ms, error } = await visit(settings(), '/api/health?deep=1')
  is(status, 200)
  is(headers['x-seen'], 'yes')
  is(JSON.parse(body).url, '/api/health?deep=1')
  is(JSON.parse(body).method, 'GET')
  is(content.toString(), body)
  ok(ms > 0 && ms < 5000)
  is(error, undefined)
})

test('a 503 is an answer, not an error (E29)', async () => {
  is((await visit(settings(), '/gone')).status, 503)
})

test('method, headers and body go out as given', async () => {
  const how = { method: 'POST' as const, headers: { 'x-bypass': 'token' }, body: 'email=ann' }
  const seen = JSON.parse((await visit(settings(), '/login', how)).body)
  equal([seen.method, seen.headers['x-bypass'], seen.body], ['POST', 'token', 'email=ann'])
})

test('nobody listens: status 0 and why, no exception', async () => {
  const { status, error } = await visit(settings({ PUBLIC_URL: 'http://127.0.0.1:1' }), '/')
  is(status, 0)
  is(error, 'ECONNREFUSED')
})

test('an answer that is cut off is no answer', async () => {
  is((await visit(settings(), '/cut')).status, 0)
})

test('the visitor gives up in time, also when the server trickles', async () => {
  for (const path of ['/slow', '/trickle']) {
    const { status, error, ms } = await visit(settings(), path, { timeout: 300 })
    is(status, 0, path)
    is(error, 'no answer in time', path)
    ok(ms < 1500, `${path} ${ms}`)
  }
})

test('PUBLIC_ADDRESS leads elsewhere, under the public name', async () => {
  const elsewhere = settings({
    PUBLIC_URL: 'http://stories.example.org',
    PUBLIC_ADDRESS: `127.0.0.1:${port}`,
  })
  is(JSON.parse((await visit(elsewhere, '/')).body).headers.host, 'stories.example.org')
})

test('PUBLIC_ADDRESS may be an IPv6 address', async () => {
  const six = await listen(createServer(answer), '::1')
  const elsewhere = settings({ PUBLIC_URL: 'http://stories.example.org', PUBLIC_ADDRESS: `[::1]:${six}` })
  is((await visit(elsewhere, '/')).status, 200)
})

test('a certificate of an unknown authority is refused, and trusted with PUBLIC_CA', async () => {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const subject = ['-subj', '/CN=stories.example.org', '-addext', 'subjectAltName=DNS:stories.example.org']
  execFileSync(
    'openssl',
    ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert, ...subject],
    { stdio: 'ignore' },
  )
  const secure = await listen(
    createSecureServer({ key: readFileSync(key), cert: readFileSync(cert) }, answer),
  )
  const site = { PUBLIC_URL: 'https://stories.example.org', PUBLIC_ADDRESS: `127.0.0.1:${secure}` }
  match((await visit(settings(site), '/')).error ?? '', /SELF_SIGNED|UNABLE_TO/)
  is((await visit(settings({ ...site, PUBLIC_CA: cert }), '/')).status, 200)
  const other = { ...site, PUBLIC_URL: 'https://other.example.org', PUBLIC_CA: cert }
  is((await visit(settings(other), '/')).error, 'ERR_TLS_CERT_ALTNAME_INVALID')
})

test.run()
