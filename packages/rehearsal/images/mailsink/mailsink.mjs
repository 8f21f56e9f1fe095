// A mail sink: takes every message on 1025 (SMTP, any login), delivers none, and shows them on 8025 through the part of
// Mailpit's HTTP API that a test of a magic link needs.
import { createServer as createHttpServer } from 'node:http'
import { createServer } from 'node:net'
import { message } from './message.mjs'

const mailbox = []
let count = 0

/** One SMTP conversation. */
function converse(socket) {
  let from = ''
  let to = []
  let buffered = ''
  let answer = command
  const say = (line) => socket.write(`${line}\r\n`)

  function command(line) {
    const verb = line.slice(0, 4).toUpperCase()
    const path = /<([^>]*)>/.exec(line)?.[1] ?? ''
    if (verb === 'EHLO') say('250-mailsink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN')
    else if (verb === 'AUTH') authenticate(line)
    else if (verb === 'MAIL') [from, to] = [path, say('250 ok') && []]
    else if (verb === 'RCPT') say(`250 ${to.push(path)} accepted`)
    else if (verb === 'DATA') [answer] = [data(), say('354 end with a dot')]
    else if (verb === 'QUIT') say('221 bye') && socket.end()
    else say('250 ok')
  }

  // Any user, any password; LOGIN asks twice, PLAIN may come at once.
  function authenticate(line) {
    const [, mechanism, initial] = line.split(' ')
    let questions = /login/i.test(mechanism ?? '') ? 2 : 1
    if (initial) questions--
    const ask = () => {
      if (questions-- > 0) say('334 VXNlcm5hbWU6')
      else answer = (say('235 welcome'), command)
    }
    answer = ask
    ask()
  }

  function data() {
    const lines = []
    return (line) => {
      if (line !== '.') return lines.push(line.replace(/^\.\./, '.'))
      mailbox.unshift(message(String(++count), from, to, lines.join('\r\n')))
      answer = command
      say('250 kept')
    }
  }

  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    const lines = (buffered + chunk).split('\r\n')
    buffered = lines.pop()
    for (const line of lines) answer(line)
  })
  socket.on('error', () => socket.destroy())
  say('220 mailsink ready')
}

/** What a request shows: `[status, body]`. */
function show(method, url) {
  const summary = ({ Text, HTML, ...rest }) => ({ ...rest, Snippet: Text.slice(0, 250) })
  const list = (messages) => [200, { total: mailbox.length, messages_count: messages.length, messages: messages.map(summary) }]
  const id = /^\/api\/v1\/message\/(\w+)$/.exec(url.pathname)?.[1]
  if (url.pathname === '/livez') return [200, 'ok']
  if (url.pathname === '/api/v1/messages' && method === 'DELETE') return [200, (mailbox.splice(0), 'ok')]
  if (url.pathname === '/api/v1/messages') return list(mailbox)
  if (url.pathname === '/api/v1/search') {
    const wanted = /to:"?([^\s"]+)/.exec(url.searchParams.get('query') ?? '')?.[1]?.toLowerCase()
    return list(mailbox.filter((mail) => mail.To.some((to) => to.Address.toLowerCase() === wanted)))
  }
  const mail = mailbox.find((each) => each.ID === id || (mailbox[0] === each && id === 'latest'))
  return mail ? [200, mail] : [404, { Error: 'not found' }]
}

createServer(converse).listen(1025)
createHttpServer((request, response) => {
  const [status, body] = show(request.method, new URL(request.url, 'http://mailsink'))
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}).listen(8025, () => console.log('mailsink: SMTP on 1025, HTTP on 8025'))
for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => process.exit(0))
