#!/usr/bin/env node
/**
 * A stand-in for Prisma's native schema engine, for the rehearsal alone: the native one can't be downloaded
 * inside the practice server. It runs the same engine, compiled to WebAssembly, over node-postgres, and
 * speaks the native one's protocol, so that the unmodified Prisma CLI works on it: migrate diff, deploy,
 * status, resolve, dev; db execute, pull, push. PostgreSQL only; the codes of errors are Prisma's, the words
 * are ours. Start it through PRISMA_SCHEMA_ENGINE_BINARY from a folder that has its node_modules (see
 * downloads.ts).
 */
import { command, given } from './command-line.mjs'
import { createDatabase, inDatabase, parseUrl, query, quoted } from './database.mjs'
import { log, serve } from './protocol.mjs'

/** Loaded only for who needs it: the native engine is there in milliseconds. */
const engine = () => import('./engine.mjs')

/** A panic inside WebAssembly may surface outside of any promise: end as the native engine would. */
async function serveRequests() {
  const [{ panicMessage }, { answer }] = await Promise.all([engine(), import('./requests.mjs')])
  process.on('uncaughtException', (error) => {
    log('ERROR', { is_panic: true, message: panicMessage() ?? error.message, backtrace: error.stack })
    process.exit(101)
  })
  await serve(answer)
}

const dropDatabase = (url) =>
  query(inDatabase(url, 'postgres'), `DROP DATABASE ${quoted(parseUrl(url).database)}`)

/** `cli can-connect-to-database` and its kin: one thing done, told by the exit code and a line of the log. */
const commands = {
  'can-connect-to-database': query,
  'create-database': createDatabase,
  'drop-database': dropDatabase,
}

if (command === '--version') {
  console.log(`schema-engine-cli ${(await engine()).engineVersion()}`)
} else if (command) {
  log('INFO', { message: `started for ${command}` })
  try {
    await commands[command](given.url)
  } catch (error) {
    log('ERROR', { is_panic: false, error_code: error.prismaCode ?? '', message: error.message })
    process.exitCode = 1
  }
} else {
  await serveRequests()
  process.exit(0) // open connections would keep the process alive
}
