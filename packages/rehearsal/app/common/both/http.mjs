const MAX_BODY = 10 * 1024 * 1024

/** An error whose status and message the visitor may see. */
export function refuse(status, message) {
  return Object.assign(new Error(message), { status })
}

/**
 * The request listener for `routes`, each [method, pattern, handler]. A handler gets
 * { request, response, url } and then the pattern's groups, decoded.
 */
export function listener(routes) {
  return async (request, response) => {
    try {
      const url = new URL(request.url, 'http://localhost')
      // HEAD is GET whose body Node leaves out.
      const method = request.method === 'HEAD' ? 'GET' : request.method
      const found = routes.find(([verb, pattern]) => verb === method && pattern.test(url.pathname))
      if (!found) throw refuse(404, 'not found')
      const [, pattern, handler] = found
      await handler({ request, response, url }, ...pattern.exec(url.pathname).slice(1).map(decode))
    } catch (error) {
      fail(request, response, error)
    }
  }
}

function decode(text) {
  try {
    return decodeURIComponent(text)
  } catch {
    throw refuse(400, 'malformed address')
  }
}

function fail(request, response, error) {
  // The visitor left in the middle: no fault of ours, and nobody to tell.
  if (request.socket.destroyed) return
  const status = error.status ?? 500
  // Without the query: a magic link's token has no place in a log.
  const path = request.url.split('?')[0]
  if (status >= 500) console.error(`Error: ${request.method} ${path}: ${error.message}`)
  if (response.headersSent) return response.destroy()
  sendJson(response, status, { error: status >= 500 ? 'internal error' : error.message })
}

export function sendJson(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

export function sendHtml(response, status, html) {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(html)
}

export function redirect(response, location, headers = {}) {
  response.writeHead(302, { location, ...headers }).end()
}

/** The whole body as a Buffer; 413 above 10 MB. */
export async function readBody(request) {
  const chunks = []
  let size = 0
  for await (const chunk of request) {
    size += chunk.length
    if (size > MAX_BODY) throw refuse(413, 'too large')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** The body's fields, sent as JSON or as a form. */
export async function readFields(request) {
  const text = (await readBody(request)).toString()
  if (request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text))
  try {
    return Object(JSON.parse(text || '{}'))
  } catch {
    throw refuse(400, 'malformed JSON')
  }
}
