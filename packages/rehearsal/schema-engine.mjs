#!/usr/bin/env node
/**
 * A stand-in for Prisma's native schema engine, for the rehearsal alone: inside the practice server the native one can't be
 * downloaded. It runs the same engine, compiled to WebAssembly, over node-postgres, and speaks the native one's protocol (JSON-RPC
 * on stdin and stdout; `cli` for the first look at the database), so that the unmodified Prisma CLI runs on it:
 * migrate diff, deploy, status, resolve, dev; db execute, pull, push. PostgreSQL only; the codes of errors are Prisma's, the
 * words are ours. Start it through PRISMA_SCHEMA_ENGINE_BINARY, from a folder that has its node_modules (see downloads.ts).
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
import { PrismaPg } from '@prisma/adapter-pg'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import pg from 'pg'

const require = createRequire(import.meta.url)

// ---- the command line -------------------------------------------------------------------------------------------------------

function commandLine(args) {
  const found = { datamodels: [], datasource: undefined, command: undefined }
  for (let i = 0; i < args.length; i++) {
    if (args[i] === '--datamodels' || args[i] === '-d') found.datamodels.push(args[++i])
    else if (args[i] === '--datasource') found.datasource = args[++i]
    else if (args[i] === '--enabled-preview-features' || args[i] === '--extension-types') i++
    else if (args[i] === '--version') found.command = args[i]
    else if (args[i] !== 'cli') found.command = args[i]
  }
  return found
}

const line = commandLine(process.argv.slice(2))
const schemaFiles = line.datamodels.map((path) => ({ path, content: readFileSync(path, 'utf8') }))
// Prisma 7 hands the data source over as JSON; `cli` gives a bare URL.
const given = line.datasource?.trim().startsWith('{')
  ? JSON.parse(line.datasource)
  : line.datasource && { url: line.datasource }

/** An error that the CLI shows under a Prisma error code. */
function userError(code, message) {
  return Object.assign(new Error(message), { prismaCode: code })
}

/** `url` and `shadowDatabaseUrl` from the datasource block of schema files. */
function datasourceOf(files) {
  const text = files
    .map(({ content }) =>
      content.replace(/"(?:[^"\\]|\\.)*"|\/\/[^\n]*/g, (part) => (part[0] === '"' ? part : '')),
    )
    .join('\n')
  const block = /^\s*datasource\s+\w+\s*\{([^}]*)\}/m.exec(text)?.[1] ?? ''
  const setting = (name) => {
    const [, variable, literal] =
      new RegExp(`^\\s*${name}\\s*=\\s*(?:env\\(\\s*"([^"]+)"\\s*\\)|"([^"]*)")`, 'm').exec(block) ?? []
    if (variable && !process.env[variable])
      throw userError('P1012', `the environment variable ${variable} is not set`)
    return variable ? process.env[variable] : literal
  }
  return { url: setting('directUrl') ?? setting('url'), shadowDatabaseUrl: setting('shadowDatabaseUrl') }
}

/** The database the CLI was called for. */
function datasource() {
  const found = given?.url ? given : datasourceOf(schemaFiles)
  if (!found.url) throw new Error('the schema names no database')
  return found
}

// ---- the database -----------------------------------------------------------------------------------------------------------

const prismaParameters = [
  'schema',
  'connection_limit',
  'pool_timeout',
  'pgbouncer',
  'statement_cache_size',
  'socket_timeout',
  'connect_timeout',
]

function parseUrl(text) {
  if (!URL.canParse(text)) throw userError('P1013', 'the database URL is not a URL')
  const url = new URL(text)
  if (!/^postgres(ql)?:$/.test(url.protocol))
    throw userError('P1012', 'the database URL must begin with postgresql://')
  const schema = url.searchParams.get('schema') ?? undefined
  for (const name of prismaParameters) url.searchParams.delete(name)
  return {
    schema,
    database: decodeURIComponent(url.pathname.slice(1)),
    where: url.host,
    connectionString: url.href,
  }
}

function inDatabase(text, database) {
  const url = new URL(text)
  url.pathname = `/${encodeURIComponent(database)}`
  return url.href
}

const quoted = (name) => `"${name.replaceAll('"', '""')}"`

/** Why a connection failed, under Prisma's code for it. */
function connectionError(error, { database, where }) {
  const reason = error.errors?.[0] ?? error
  const codes = { '3D000': 'P1003', '28P01': 'P1000', 28000: 'P1000', 42501: 'P1010' }
  const unreachable =
    ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'EAI_AGAIN'].includes(reason.code) ||
    /timeout/i.test(reason.message)
  const code = codes[reason.code] ?? (unreachable ? 'P1001' : undefined)
  return code ? userError(code, `database ${database} at ${where}: ${reason.message}`) : reason
}

/** Runs statements on a connection of their own; none when only the connection is in question. */
async function query(url, ...statements) {
  const target = parseUrl(url)
  const client = new pg.Client({ connectionString: target.connectionString, connectionTimeoutMillis: 5000 })
  await client.connect().catch((error) => {
    throw connectionError(error, target)
  })
  for (const statement of statements) await client.query(statement)
  await client.end()
}

const createDatabase = (url) =>
  query(inDatabase(url, 'postgres'), `CREATE DATABASE ${quoted(parseUrl(url).database)}`)

// What happened last to a script: the engine's own errors lose the server's words.
const script = { text: undefined, error: undefined, onRun: undefined }

// Catalog types that the adapter refuses (name, "char", oid and its kin), shown as text and numbers.
const presentable = { 18: 25, 19: 25, 24: 25, 26: 20, 28: 20, 1003: 1009, 2205: 25, 2206: 25 }

/** Makes an adapter fit for migrations. */
function repair(adapter) {
  const performIO = adapter.performIO.bind(adapter)
  adapter.performIO = async (request) => {
    const result = await performIO(request)
    for (const field of result.fields ?? [])
      field.dataTypeID = presentable[field.dataTypeID] ?? field.dataTypeID
    return result
  }
  // The adapter splits a script at each `;` and commits it piece by piece. The native engine sends it whole: one simple query, one
  // transaction. Migrations that fail half way only show their true face so.
  adapter.executeScript = async (text) => {
    script.text = text
    await script.onRun?.(text)
    await adapter.client.query(text).catch((error) => {
      script.error = error
      adapter.onError(error)
    })
  }
  const startTransaction = adapter.startTransaction?.bind(adapter)
  if (startTransaction) adapter.startTransaction = async (level) => repair(await startTransaction(level))
  return adapter
}

function factory(url, shadowDatabaseUrl) {
  const open = async (text) => {
    const { connectionString, schema } = parseUrl(text)
    const adapter = repair(
      await new PrismaPg({ connectionString, max: 1, allowExitOnIdle: true }, { schema }).connect(),
    )
    if (schema) await adapter.client.query(`SET search_path = ${quoted(schema)}`)
    return adapter
  }
  const openShadow = async () => {
    if (shadowDatabaseUrl) {
      await query(shadowDatabaseUrl, 'DROP SCHEMA IF EXISTS public CASCADE', 'CREATE SCHEMA public')
      return open(shadowDatabaseUrl)
    }
    const shadow = inDatabase(url, `prisma_migrate_shadow_db_${randomUUID()}`)
    await createDatabase(shadow)
    const adapter = await open(shadow)
    const dispose = adapter.dispose.bind(adapter)
    adapter.dispose = async () => {
      await dispose()
      await query(url, `DROP DATABASE IF EXISTS ${quoted(parseUrl(shadow).database)} WITH (FORCE)`)
    }
    return adapter
  }
  return {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    connect: () => open(url),
    connectToShadowDb: openShadow,
  }
}

/** For work on schema files alone: answers the one question asked of every new connection, and runs nothing. */
function offlineFactory() {
  const adapter = {
    provider: 'postgres',
    adapterName: '@prisma/adapter-pg',
    queryRaw: async () => ({
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [5, 7, 0],
      rows: [[true, 'PostgreSQL 15.0', 150000]],
    }),
    executeRaw: async () => 0,
    executeScript: async () => {},
    getConnectionInfo: () => ({ schemaName: 'public', supportsRelationJoins: true }),
    dispose: async () => {},
  }
  return { ...adapter, connect: async () => adapter, connectToShadowDb: async () => adapter }
}

// ---- the engine -------------------------------------------------------------------------------------------------------------

globalThis.PRISMA_WASM_PANIC_REGISTRY = {
  set_message(message) {
    this.message = message
  },
}

function loadEngine() {
  const file = require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/\.js$/, '.wasm')
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readFileSync(file)), {
    './schema_engine_bg.js': glue,
  })
  glue.__wbg_set_wasm(instance.exports)
  instance.exports.__wbindgen_start()
  return glue.SchemaEngine
}

/** An engine on this database; without a URL, one for schema files alone. */
async function engineOn(url, shadowDatabaseUrl) {
  if (url) await query(url)
  const bound = bindMigrationAwareSqlAdapterFactory(url ? factory(url, shadowDatabaseUrl) : offlineFactory())
  const datamodels = schemaFiles.length ? schemaFiles.map(({ path, content }) => [path, content]) : undefined
  return loadEngine().new({ datamodels }, () => {}, bound)
}

async function diff(request) {
  const urls = []
  let shadow = request.shadowDatabaseUrl ?? given?.shadowDatabaseUrl
  const target = (side) => {
    if (side.tag === 'url') {
      urls.push(side.url)
      return {
        tag: 'schemaDatasource',
        configDir: '',
        files: [{ path: 'url.prisma', content: 'datasource db {\n  provider = "postgresql"\n}' }],
      }
    }
    if (side.tag === 'schemaDatasource') {
      const source = given?.url ? given : datasourceOf(side.files)
      urls.push(source.url)
      shadow ??= source.shadowDatabaseUrl
    }
    return side
  }
  const sides = { from: target(request.from), to: target(request.to) }
  const replays = [request.from.tag, request.to.tag].includes('migrations')
  if (replays) shadow ??= schemaFiles.length ? datasource().shadowDatabaseUrl : undefined
  if (replays && !shadow)
    throw new Error(
      'to compare with migrations, give --shadow-database-url or shadowDatabaseUrl in the config',
    )
  if (new Set(urls).size > 1)
    throw new Error('this stand-in compares one live database with a schema, not two with each other')
  const engine = await engineOn(urls[0] ?? shadow, shadow)
  const { stdout, ...result } = await engine.diff({ ...request, ...sides })
  if (stdout) await print(stdout)
  return { stdout: null, ...result }
}

const serverSays = ({ severity, message, detail, hint }) =>
  [`${severity}: ${message}`, detail && `DETAIL: ${detail}`, hint && `HINT: ${hint}`]
    .filter(Boolean)
    .join('\n')

async function applyMigrations(request) {
  const { url, shadowDatabaseUrl } = datasource()
  const directories = request.migrationsList.migrationDirectories
  const nameOf = (text) => directories.find((each) => each.migrationFile.content.value === text)?.path
  script.onRun = async (text) => nameOf(text) && (await print(`Applying migration \`${nameOf(text)}\`\n`))
  const engine = await engineOn(url, shadowDatabaseUrl)
  return engine.applyMigrations(request).catch(async (error) => {
    const name = nameOf(script.text)
    if (!script.error?.severity || !name) throw error
    const failure = userError(
      'P3018',
      `migration ${name} failed, SQLSTATE ${script.error.code}: ${serverSays(script.error)}`,
    )
    const literals = [failure.message, name].map((text) => pg.escapeLiteral(text))
    await query(
      url,
      `UPDATE _prisma_migrations SET logs = ${literals[0]} WHERE migration_name = ${literals[1]} AND finished_at IS NULL AND rolled_back_at IS NULL`,
    )
    throw failure
  })
}

async function dbExecute(request) {
  const { tag, url, files } = request.datasourceType
  const engine = await engineOn(tag === 'url' ? url : (datasourceOf(files).url ?? datasource().url))
  await engine.dbExecute(request).catch((error) => {
    throw script.error?.severity ? new Error(serverSays(script.error)) : error
  })
  return null
}

async function answer(method, request) {
  if (method === 'diff') return diff(request)
  if (method === 'applyMigrations') return applyMigrations(request)
  if (method === 'dbExecute') return dbExecute(request)
  if (method === 'createDatabase')
    return createDatabase(datasource().url).then(() => ({
      databaseName: parseUrl(datasource().url).database,
    }))
  if (method === 'ensureConnectionValidity')
    return query(request?.datasource?.url ?? datasource().url).then(() => ({}))
  const { url, shadowDatabaseUrl } = datasource()
  const engine = await engineOn(url, shadowDatabaseUrl)
  if (method === 'getDatabaseVersion') return engine.version(undefined)
  if (typeof engine[method] !== 'function') throw new Error(`this stand-in has no ${method}`)
  return (
    (await engine[method](
      method === 'introspect' ? { ...request, namespaces: request.namespaces ?? null } : request,
    )) ?? null
  )
}

// ---- the two ways to be called ----------------------------------------------------------------------------------------------

/** The native engine's log: JSON on stderr. The CLI skips the first line and looks for errors under this target. */
function log(level, fields) {
  const entry = { timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' }
  process.stderr.write(`${JSON.stringify(entry)}\n`)
}

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)

const printed = new Map()

/** Has the CLI print something, and waits until it has. */
function print(content) {
  return new Promise((resolve) => {
    const id = printed.size + 1
    printed.set(id, resolve)
    send({ id, method: 'print', params: { content: content.replace(/\n$/, '') } })
  })
}

function failure(error) {
  const panicked = error instanceof WebAssembly.RuntimeError
  const code = error.prismaCode ?? (/^P\d{4}$/.test(error.code) ? error.code : undefined)
  const data = {
    is_panic: panicked,
    message: error.message ?? String(error),
    meta: error.meta ?? null,
    ...(code ? { error_code: code } : {}),
  }
  return { code: panicked ? 4467 : 4466, message: 'see data', data }
}

/** JSON-RPC: one request a line, answered in order. */
async function serve() {
  let last = Promise.resolve()
  for await (const text of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(text)
    if (!method) printed.get(id)?.()
    else
      last = last
        .then(() => answer(method, params))
        .then(
          (result) => send({ id, result }),
          (error) => send({ id, error: failure(error) }),
        )
  }
  process.exit(0)
}

/** `cli can-connect-to-database` and its kin: one question, answered by the exit code and a log line. */
async function once(command) {
  log('INFO', { message: `started for ${command}` })
  try {
    if (command === 'can-connect-to-database') await query(given.url)
    else if (command === 'create-database') await createDatabase(given.url)
    else if (command === 'drop-database')
      await query(inDatabase(given.url, 'postgres'), `DROP DATABASE ${quoted(parseUrl(given.url).database)}`)
    else throw new Error(`this stand-in has no ${command}`)
  } catch (error) {
    log('ERROR', { is_panic: false, error_code: error.prismaCode ?? '', message: error.message })
    process.exit(1)
  }
}

// A panic inside WebAssembly may surface outside of any promise: end as the native engine would.
process.on('uncaughtException', (error) => {
  log('ERROR', {
    is_panic: true,
    message: globalThis.PRISMA_WASM_PANIC_REGISTRY.message ?? error.message,
    backtrace: error.stack,
  })
  process.exit(101)
})

if (line.command === '--version') {
  const { version } = JSON.parse(
    readFileSync(
      require.resolve('@prisma/schema-engine-wasm/schema_engine_bg').replace(/[^/]*$/, 'package.json'),
      'utf8',
    ),
  )
  console.log(`schema-engine-cli ${version.split(/[.-]/).pop()}`)
} else if (line.command) await once(line.command)
else await serve()
