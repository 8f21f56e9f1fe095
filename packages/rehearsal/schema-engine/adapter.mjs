/** How the engine reaches PostgreSQL: Prisma's adapter over node-postgres, made fit for migrations. */
import { randomUUID } from 'node:crypto'
import { PrismaPg } from '@prisma/adapter-pg'
import { createDatabase, inDatabase, parseUrl, query, quoted } from './database.mjs'

// What happened last to a script: the engine's own errors lose the server's words.
export const script = { text: undefined, error: undefined, announce: undefined }

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
  // The adapter splits a script at each `;` and commits it piece by piece. The native engine sends it whole:
  // one simple query, one transaction. Migrations that fail half way only show their true face so.
  adapter.executeScript = async (text) => {
    script.text = text
    await script.announce?.(text)
    await adapter.client.query(text).catch((error) => {
      script.error = error
      adapter.onError(error)
    })
  }
  const startTransaction = adapter.startTransaction?.bind(adapter)
  if (startTransaction) adapter.startTransaction = async (level) => repair(await startTransaction(level))
  return adapter
}

/** Opens connections to this database, and to a shadow of it where migrations are replayed. */
export function adapterFactory(url, shadowDatabaseUrl) {
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

/**
 * For work on schema files alone: answers the one question asked of every new connection, and runs nothing.
 */
export function offlineFactory() {
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
