/**
 * What the CLI may ask for. Most goes straight to the engine; a few requests need what the native engine does
 * around it.
 */
import pg from 'pg'
import { script } from './adapter.mjs'
import { datasource, datasourceOf, given, schemaFiles } from './command-line.mjs'
import { createDatabase, parseUrl, query, userError } from './database.mjs'
import { engineOn } from './engine.mjs'
import { print } from './protocol.mjs'

const requests = {
  diff,
  applyMigrations,
  dbExecute,
  createDatabase: create,
  ensureConnectionValidity,
  getDatabaseVersion,
}

/**
 * Answers one request; what it gives is the result in the engine's own form. Throws what the CLI is to show.
 */
export async function answer(method, request) {
  if (requests[method]) return requests[method](request)
  const { url, shadowDatabaseUrl } = datasource()
  const engine = await engineOn(url, shadowDatabaseUrl)
  if (!engine[method]) throw new Error(`this stand-in has no ${method}`)
  const whole = method === 'introspect' ? { namespaces: null, ...request } : request
  return (await engine[method](whole)) ?? null
}

async function diff(request) {
  const urls = []
  let shadow = request.shadowDatabaseUrl ?? given.shadowDatabaseUrl
  const side = (target) => {
    if (target.tag === 'url') {
      urls.push(target.url)
      const files = [{ path: 'url.prisma', content: 'datasource db {\n  provider = "postgresql"\n}' }]
      return { tag: 'schemaDatasource', configDir: '', files }
    }
    if (target.tag === 'schemaDatasource') {
      const source = given.url ? given : datasourceOf(target.files)
      urls.push(source.url)
      shadow ??= source.shadowDatabaseUrl
    }
    return target
  }
  const [from, to] = [side(request.from), side(request.to)]
  const replays = [from, to].some(({ tag }) => tag === 'migrations')
  if (replays) shadow ??= datasourceOf(schemaFiles).shadowDatabaseUrl
  if (replays && !shadow)
    throw new Error('migrations are compared in a shadow database: --shadow-database-url')
  if (new Set(urls).size > 1) throw new Error('this stand-in does not compare two live databases')
  const engine = await engineOn(urls[0] ?? (replays ? shadow : undefined), replays ? shadow : undefined)
  const { stdout, ...result } = await engine.diff({ ...request, from, to })
  if (stdout) await print(stdout)
  return { stdout: null, ...result }
}

/** What PostgreSQL said of a script; the engine's own error has lost it. */
function serverSays({ severity, message, detail, hint }) {
  const lines = [`${severity}: ${message}`, detail && `DETAIL: ${detail}`, hint && `HINT: ${hint}`]
  return lines.filter(Boolean).join('\n')
}

async function applyMigrations(request) {
  const { url, shadowDatabaseUrl } = datasource()
  const directories = request.migrationsList.migrationDirectories
  const nameOf = (sql) => directories.find(({ migrationFile }) => migrationFile.content.value === sql)?.path
  script.announce = async (sql) => nameOf(sql) && (await print(`Applying migration \`${nameOf(sql)}\`\n`))
  const engine = await engineOn(url, shadowDatabaseUrl)
  return engine.applyMigrations(request).catch(async (error) => {
    const name = nameOf(script.text)
    if (!script.error?.severity || !name) throw error
    const says = `migration ${name} failed, SQLSTATE ${script.error.code}: ${serverSays(script.error)}`
    await query(
      url,
      `UPDATE _prisma_migrations SET logs = ${pg.escapeLiteral(says)}
        WHERE migration_name = ${pg.escapeLiteral(name)} AND finished_at IS NULL AND rolled_back_at IS NULL`,
    )
    throw userError('P3018', says)
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

async function create() {
  const { url } = datasource()
  await createDatabase(url)
  return { databaseName: parseUrl(url).database }
}

async function ensureConnectionValidity(request) {
  await query(request?.datasource?.url ?? datasource().url)
  return {}
}

async function getDatabaseVersion() {
  const engine = await engineOn(datasource().url)
  return engine.version(undefined)
}
