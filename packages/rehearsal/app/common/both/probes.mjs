import { setTimeout } from 'node:timers/promises'
import { query } from './database.mjs'
import { readBody, sendJson } from './http.mjs'
import { userColumns, version } from './release.mjs'
import { healthAsksDatabase, tables } from './site.mjs'

async function health({ response }) {
  if (healthAsksDatabase) return answerOf(response, 'SELECT 1', { status: 'ok', version })
  sendJson(response, 200, { status: 'ok', version })
}

// Asks for every column this release reads: a database of another release is not healthy for it.
const databaseHealth = ({ response }) =>
  answerOf(response, `SELECT ${userColumns} FROM ${tables.user} LIMIT 1`, { status: 'ok' })

async function answerOf(response, statement, healthy) {
  try {
    await query(statement)
    sendJson(response, 200, healthy)
  } catch (error) {
    console.error(`Error: health: ${error.message}`)
    sendJson(response, 503, { status: 'error' })
  }
}

async function echo({ request, response }) {
  const body = await readBody(request)
  response
    .writeHead(200, { 'content-type': request.headers['content-type'] ?? 'application/octet-stream' })
    .end(body)
}

/** A byte every tenth of a second for as long as asked: a visitor in the middle of a long answer. */
async function slow({ response, url }) {
  const seconds = Math.min(Math.max(Number(url.searchParams.get('seconds')) || 1, 0), 60)
  const until = Date.now() + seconds * 1000
  response.writeHead(200, { 'content-type': 'text/plain', 'x-accel-buffering': 'no' })
  while (Date.now() < until && !response.destroyed) {
    response.write('.')
    await setTimeout(100)
  }
  response.end('done\n')
}

export const probeRoutes = [
  ['GET', /^\/api\/health$/, health],
  ['GET', /^\/api\/health\/database$/, databaseHealth],
  ['POST', /^\/api\/echo$/, echo],
  ['GET', /^\/api\/slow$/, slow],
]
