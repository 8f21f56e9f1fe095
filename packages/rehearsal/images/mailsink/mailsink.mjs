// A mail sink: takes every message on port 1025, delivers none, and shows them on port 8025 through the part
// of Mailpit's HTTP API that reading a magic link needs.
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { message } from './message.mjs'
import { receive } from './smtp.mjs'

/** Newest first. */
const mailbox = []
let received = 0

function summary({ Text, HTML, ...rest }) {
  return { ...rest, Snippet: Text.slice(0, 250) }
}

function list(messages) {
  return { total: mailbox.length, messages_count: messages.length, messages: messages.map(summary) }
}

/** What a request is answered with; undefined when there is no such thing. */
function show(method, { pathname, searchParams }) {
  if (pathname === '/livez') return 'ok'
  if (pathname === '/api/v1/messages' && method === 'DELETE') {
    mailbox.length = 0
    return 'ok'
  }
  if (pathname === '/api/v1/messages') return list(mailbox)
  if (pathname === '/api/v1/search') {
    const wanted = /to:"?([^\s"]+)/.exec(searchParams.get('query') ?? '')?.[1]?.toLowerCase()
    return list(mailbox.filter((mail) => mail.To.some(({ Address }) => Address.toLowerCase() === wanted)))
  }
  const id = /^\/api\/v1\/message\/(\w+)$/.exec(pathname)?.[1]
  return id === 'latest' ? mailbox[0] : mailbox.find((mail) => mail.ID === id)
}

createServer((socket) =>
  receive(socket, (from, to, source) => mailbox.unshift(message(String(++received), from, to, source))),
).listen(1025)

createHttpServer((request, response) => {
  const body = show(request.method, new URL(request.url, 'http://mailsink'))
  response.writeHead(body === undefined ? 404 : 200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body ?? { Error: 'not found' }))
}).listen(8025, () => console.log('mailsink: SMTP on 1025, HTTP on 8025'))

for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
