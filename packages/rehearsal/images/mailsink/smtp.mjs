// The receiving half of SMTP (RFC 5321): any login, any sender, any recipient.

/**
 * Speaks SMTP on a socket and calls `keep(from, to, source)` for each message; `source` is latin1, byte for
 * byte.
 */
export function receive(socket, keep) {
  const say = (line) => socket.write(`${line}\r\n`)
  let envelope = { from: '', to: [] }
  let answer = command
  let rest = ''

  function command(line) {
    const address = /<([^>]*)>/.exec(line)?.[1] ?? ''
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        return say('250-mailsink\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN')
      case 'AUTH':
        return authenticate(line)
      case 'MAIL':
        envelope = { from: address, to: [] }
        return say('250 sender accepted')
      case 'RCPT':
        envelope.to.push(address)
        return say('250 recipient accepted')
      case 'DATA':
        answer = data([])
        return say('354 end with a dot alone')
      case 'QUIT':
        say('221 bye')
        return socket.end()
      default:
        return say('250 ok')
    }
  }

  /** LOGIN asks for a name and a password, PLAIN for both at once; either may have come with the command. */
  function authenticate(line) {
    const [, mechanism = '', initial] = line.split(' ')
    let questions = (/login/i.test(mechanism) ? 2 : 1) - (initial ? 1 : 0)
    answer = () => {
      if (questions-- > 0) return say('334 ')
      answer = command
      return say('235 welcome')
    }
    answer()
  }

  const data = (lines) => (line) => {
    if (line !== '.') return lines.push(line.replace(/^\./, ''))
    keep(envelope.from, envelope.to, lines.join('\r\n'))
    answer = command
    return say('250 kept')
  }

  socket.setEncoding('latin1')
  socket.on('data', (chunk) => {
    const lines = (rest + chunk).split('\r\n')
    rest = lines.pop()
    for (const line of lines) answer(line)
  })
  socket.on('error', () => socket.destroy())
  say('220 mailsink ready')
}
