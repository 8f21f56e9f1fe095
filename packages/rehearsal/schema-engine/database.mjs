/** Database URLs as Prisma writes them, connections, and Prisma's codes for what goes wrong with them. */
import pg from 'pg'

const prismaParameters = [
  ...['schema', 'connection_limit', 'pool_timeout', 'pgbouncer', 'statement_cache_size'],
  ...['socket_timeout', 'connect_timeout'],
]
const codes = { '3D000': 'P1003', '28P01': 'P1000', 28000: 'P1000', 42501: 'P1010' }
const unreachable = ['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH', 'ETIMEDOUT', 'EAI_AGAIN']

/** An error that the CLI shows under a Prisma error code. */
export function userError(code, message) {
  return Object.assign(new Error(message), { prismaCode: code })
}

/** A database URL in its parts; `connectionString` is what node-postgres takes. */
export function parseUrl(text) {
  if (!URL.canParse(text)) throw userError('P1013', 'the database URL is not a URL')
  const url = new URL(text)
  if (!/^postgres(ql)?:$/.test(url.protocol))
    throw userError('P1012', 'the database URL must begin with postgresql://')
  const schema = url.searchParams.get('schema') ?? undefined
  const timeout = Number(url.searchParams.get('connect_timeout') ?? 5) * 1000
  for (const name of prismaParameters) url.searchParams.delete(name)
  const database = decodeURIComponent(url.pathname.slice(1))
  return { schema, database, timeout, where: url.host, connectionString: url.href }
}

/** The same URL for another database of the server. */
export function inDatabase(text, database) {
  const url = new URL(text)
  url.pathname = `/${encodeURIComponent(database)}`
  return url.href
}

export const quoted = (name) => `"${name.replaceAll('"', '""')}"`

/** Runs statements on a connection of their own; none when only the connection is in question. */
export async function query(url, ...statements) {
  const { connectionString, database, timeout, where } = parseUrl(url)
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: timeout })
  await client.connect().catch((error) => {
    const reason = error.errors?.[0] ?? error
    const lost = unreachable.includes(reason.code) || /timeout/i.test(reason.message)
    const code = codes[reason.code] ?? (lost ? 'P1001' : undefined)
    throw code ? userError(code, `database ${database} at ${where}: ${reason.message}`) : reason
  })
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}

export function createDatabase(url) {
  return query(inDatabase(url, 'postgres'), `CREATE DATABASE ${quoted(parseUrl(url).database)}`)
}
