import { connect, createServer } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const folder = new URL('images/mailsink/', import.meta.url)
const { message } = await import(new URL('message.mjs', folder).href)
const { receive } = await import(new URL('smtp.mjs', folder).href)

/** What a mail program would put on the wire. */
const latin1 = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

test('a plain message is read as it is', () => {
  const source = latin1('From: "A. Writer" <a@b.test>\r\nTo: x@y.test\r\nSubject: Hi\r\n\r\nHéllo')
  const mail = message('1', 'a@b.test', ['x@y.test'], source)
  assert.equal(mail.From, { Name: 'A. Writer', Address: 'a@b.test' })
  assert.equal(mail.To, [{ Name: '', Address: 'x@y.test' }])
  assert.is(mail.Subject, 'Hi')
  assert.is(mail.Text, 'Héllo')
})

test('a long link survives quoted-printable', () => {
  const head =
    'Subject: =?UTF-8?Q?Sign_in_=E2=9C=93?=\r\nContent-Type: text/plain\r\nContent-Transfer-Encoding: quoted-printable'
  const mail = message('1', '', [], `${head}\r\n\r\nhttps://site.test/callback?token=3Dab=\r\ncd&email=3Dx`)
  assert.is(mail.Subject, 'Sign in ✓')
  assert.is(mail.Text, 'https://site.test/callback?token=abcd&email=x')
})

test('of a multipart message both texts are shown', () => {
  const part = (type: string, text: string) =>
    `--b1\r\nContent-Type: ${type}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(text).toString('base64')}\r\n`
  const source = `Content-Type: multipart/alternative;\r\n boundary="b1"\r\n\r\n${part('text/plain', 'plain ✓')}${part('text/html', '<p>rich</p>')}--b1--\r\n`
  const mail = message('1', '', [], source)
  assert.is(mail.Text, 'plain ✓')
  assert.is(mail.HTML, '<p>rich</p>')
})

test('a conversation with a login ends with the message kept, dots unstuffed', async () => {
  const kept: string[][] = []
  const server = createServer((socket) =>
    receive(socket, (...mail: [string, string[], string]) => kept.push(mail.flat())),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  const lines = [
    'EHLO me',
    'AUTH LOGIN',
    'dQ==',
    'cA==',
    'MAIL FROM:<a@b.test>',
    'RCPT TO:<x@y.test>',
    'DATA',
    '..dot',
    'end',
    '.',
    'QUIT',
  ]
  const answers = await new Promise<string>((resolve) => {
    let said = ''
    const socket = connect(port, '127.0.0.1')
    socket.setEncoding('latin1').on('data', (chunk) => {
      said += chunk
    })
    socket.on('end', () => resolve(said))
    socket.write(`${lines.join('\r\n')}\r\n`)
  })
  server.close()
  assert.equal(kept, [['a@b.test', 'x@y.test', '.dot\r\nend']])
  assert.match(answers, /235 welcome\r\n/)
  assert.match(answers, /221 bye\r\n$/)
})

test.run()
