/**
 * Prepare Migration Scripts
 *
 * What the plan's migration-check.sql asks, with the names that the tables really have, and what else can stop a migration:
 * history, edits, a held lock, long transactions. Reads only.
 *
 * Before:      tsx packages/deploy/test-migration.ts
 * After:       tsx packages/deploy/environment.ts
 * If it fails: nothing was touched; the table says which check failed, and the line below it what to do
 *
 * Usage: tsx packages/deploy/migration-check.ts [--json] [--verbose]
 */
import { checklist, identifier, open, query, read, readModels, tablesOf, value } from '@stories/shared'
import { findDrift } from './migration/drift.ts'
import { checkHistory, checkLock, checkLoose, checkRoom, checkTransactions } from './migration/hindrances.ts'

const opened = await open(import.meta.url, { release: 'none' })
const { settings, database, found } = opened
const ask = (sql: string) => query(database, database.name, sql)
const branch = `origin/${settings.TARGET_BRANCH}`
const schema = await read`git show HEAD:prisma/schema.prisma`.text()
const models = readModels(schema)
const catalog = (
  await ask(
    `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'r' AND n.nspname = 'public'`,
  )
).map(([name]) => name!)
const list = checklist()

const rowsOf = async (model: string) => {
  const [table] = tablesOf(model, models, catalog)
  if (table)
    return `${await value(database, database.name, `SELECT count(*) FROM ${identifier(table)}`)} rows in ${table}`
  if (models.has(model)) throw new Error('the schema has it, the database does not')
  return 'no such table'
}

await list.checkAll({
  // Differs from the plan (E10): names are resolved from the catalog; a table that is not found fails the check.
  '1. Check current schema': async () => {
    const [table] = tablesOf('User', models, catalog)
    if (!table) throw new Error('there is no table of users')
    const columns = await ask(
      `SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '${table.replaceAll("'", "''")}'`,
    )
    if (columns.length === 0) throw new Error(`${table} has no columns`)
    return `${table} has ${columns.length} columns${columns.some(([name]) => name === 'tokenVersion') ? ', tokenVersion among them already' : ''}`
  },
  '2. Check for data that might conflict: Order': () => rowsOf('Order'),
  '2. Check for data that might conflict: CartItem': () => rowsOf('CartItem'),
  '2. Check for data that might conflict: Subscription': () => rowsOf('Subscription'),
  '3. Migration history': () => checkHistory(database, branch),
  '3. Loose files, which Prisma passes over': () => checkLoose(branch, found.head),
  "3. Drift against the old code's schema": () => findDrift(opened, schema),
})
// Prisma has gone by now: what is found here is somebody else's.
await list.checkAll({
  '4. Nobody holds the migration lock': () => checkLock(database),
  '5. No long transactions': () => checkTransactions(database),
  '6. Room for a copy of the database': () => checkRoom(database),
})
list.conclude('mend it, then tsx packages/deploy/migration-check.ts')
