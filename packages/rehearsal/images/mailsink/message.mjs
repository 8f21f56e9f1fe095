// Reads one RFC 5322 message as far as a mailbox shows it.

const bytes = (text) => Buffer.from(text, 'latin1')

/** Decodes quoted-printable, base64 or plain content to UTF-8 text. */
function decode(body, encoding) {
  if (/base64/i.test(encoding)) return Buffer.from(body, 'base64').toString('utf8')
  if (!/quoted-printable/i.test(encoding)) return bytes(body).toString('utf8')
  const joined = body.replace(/=\r?\n/g, '')
  return bytes(
    joined.replace(/=([0-9A-F]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
  ).toString('utf8')
}

/** RFC 2047: `=?UTF-8?Q?…?=` and `=?UTF-8?B?…?=` in a header. */
function decodeHeader(value) {
  return value
    .replace(/\?=\s+=\?/g, '?==?')
    .replace(/=\?[^?]+\?([BQ])\?([^?]*)\?=/gi, (_, kind, text) =>
      /b/i.test(kind) ? decode(text, 'base64') : decode(text.replaceAll('_', ' '), 'quoted-printable'),
    )
}

/** Splits a part into its headers (lower-case names, unfolded) and its body. */
function split(part) {
  const end = part.search(/\r?\n\r?\n/)
  const head = end < 0 ? part : part.slice(0, end)
  const headers = {}
  for (const line of head.replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/)) {
    const colon = line.indexOf(':')
    if (colon > 0) headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { headers, body: end < 0 ? '' : part.slice(end).replace(/^\r?\n\r?\n/, '') }
}

/** Collects the text of the first part of each kind: `{ 'text/plain': …, 'text/html': … }`. */
function texts(part, found = {}) {
  const { headers, body } = split(part)
  const type = headers['content-type'] ?? 'text/plain'
  const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1]
  if (boundary) {
    for (const piece of body.split(`--${boundary}`).slice(1, -1)) texts(piece.replace(/^\r?\n/, ''), found)
  } else {
    found[type.split(';')[0].trim().toLowerCase()] ??= decode(
      body,
      headers['content-transfer-encoding'] ?? '',
    )
  }
  return found
}

/** `"A Name" <a@b.c>` as the mailbox API writes it. */
export function address(text) {
  const [, name, angle] = /^\s*"?([^"<]*?)"?\s*<([^>]+)>\s*$/.exec(text) ?? []
  return { Name: decodeHeader(name ?? ''), Address: angle ?? text.trim() }
}

/** The message with this id, whose source came (as latin1, byte for byte) from `from` to `to` on the wire. */
export function message(id, from, to, source) {
  const { headers } = split(source)
  const found = texts(source)
  return {
    ID: id,
    MessageID: (headers['message-id'] ?? '').replace(/[<>]/g, ''),
    From: address(headers.from ?? from),
    To: to.map(address),
    Subject: decodeHeader(headers.subject ?? ''),
    Created: new Date().toISOString(),
    Size: source.length,
    Text: found['text/plain'] ?? '',
    HTML: found['text/html'] ?? '',
  }
}
