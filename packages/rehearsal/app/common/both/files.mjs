import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { refuse, sendJson } from './http.mjs'
import { folders, uploads } from './site.mjs'

const TYPES = { '.pdf': 'application/pdf', '.css': 'text/css', '.png': 'image/png', '.jpg': 'image/jpeg' }

async function sendFile({ request, response }, path) {
  const file = await stat(path).catch(() => undefined)
  if (!file?.isFile()) throw refuse(404, 'no such file')
  const headers = {
    'content-type': TYPES[extname(path).toLowerCase()] ?? 'application/octet-stream',
    'last-modified': file.mtime.toUTCString(),
    'accept-ranges': 'bytes',
  }
  const range = rangeOf(request.headers.range, file.size)
  if (range === 'unsatisfiable')
    return response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end()
  const { start, end } = range ?? { start: 0, end: file.size - 1 }
  if (range) headers['content-range'] = `bytes ${start}-${end}/${file.size}`
  response.writeHead(range ? 206 : 200, { ...headers, 'content-length': end - start + 1 })
  if (request.method === 'HEAD' || file.size === 0) return response.end()
  await pipeline(createReadStream(path, { start, end }), response)
}

/** The first and last byte of a `Range: bytes=…` of one part; undefined means the whole file. */
function rangeOf(header, size) {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? []
  if (!first && !last) return undefined
  const start = first ? Number(first) : Math.max(0, size - Number(last))
  const end = first && last ? Math.min(Number(last), size - 1) : size - 1
  return start > end ? 'unsatisfiable' : { start, end }
}

/** A name may hold spaces and any letters, but never leads out of its folder or hides. */
function safe(name) {
  if (!name || name.startsWith('.') || /[/\\\0]/.test(name) || Buffer.byteLength(name) > 200)
    throw refuse(400, 'not a file name')
  return name
}

const download = (context, folder, name) => {
  if (!Object.hasOwn(folders, folder)) throw refuse(404, 'not found')
  return sendFile(context, join(folders[folder], safe(name)))
}

const receiveInto =
  (folder) =>
  async ({ request, response, url }) => {
    const name = safe(url.searchParams.get('name'))
    const path = join(folders[folder], name)
    const unfinished = join(folders[folder], `.${name}.${process.hrtime.bigint()}`)
    await mkdir(folders[folder], { recursive: true })
    try {
      // Renamed when whole: nobody is served, and no backup takes, half a file under its name.
      await pipeline(request, createWriteStream(unfinished))
      await rename(unfinished, path)
    } finally {
      await rm(unfinished, { force: true })
    }
    sendJson(response, 201, { path: `/${folder}/${encodeURIComponent(name)}` })
  }

export const fileRoutes = [
  ['GET', /^\/theme\.css$/, (context) => sendFile(context, 'public/theme.css')],
  ['POST', /^\/api\/upload$/, receiveInto(uploads)],
  ['POST', /^\/api\/avatar$/, receiveInto('avatars')],
  ['GET', /^\/([\w-]+)\/([^/]+)$/, download],
]
