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
import { compareHistory, readRow, readTree, troubleOf } from './history.ts'

const { settings, database } = await open(import.meta.url, { release: 'none' })
const ask = (sql: string) => query(database, database.name, sql)
const branch = `origin/${settings.TARGET_BRANCH}`
const models = readModels(await read`git show HEAD:prisma/schema.prisma`.text())
const catalog = (
  await ask(
    `SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE relkind = 'r' AND n.nspname = 'public'`,
  )
).map(([name]) => name!)
const list = checklist()

// Differs from the plan (E10): names are resolved from the catalog; a table that is not found fails the check.
await list.check('1. Check current schema', async () => {
  const [table] = tablesOf('User', models, catalog)
  if (!table) throw new Error('there is no table of users')
  const columns = await ask(
    `SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'public' AND table_name = '${table.replaceAll("'", "''")}'`,
  )
  if (columns.length === 0) throw new Error(`${table} has no columns`)
  return `${table} has ${columns.length} columns${columns.some(([name]) => name === 'tokenVersion') ? ', tokenVersion among them already' : ''}`
})

for (const model of ['Order', 'CartItem', 'Subscription']) {
  await list.check(`2. Check for data that might conflict: ${model}`, async () => {
    const [table] = tablesOf(model, models, catalog)
    if (!table)
      return models.has(model)
        ? Promise.reject(new Error('the schema has it, the database does not'))
        : 'no such table'
    return `${await value(database, database.name, `SELECT count(*) FROM ${identifier(table)}`)} rows in ${table}`
  })
}

await list.check('3. Migration history', async () => {
  const files =
    await read`git ls-tree -r --name-only ${branch} prisma/migrations | grep '\\.sql$' | while IFS= read -r file; do printf '%s *%s\n' "$(git show ${branch}:"$file" | sha256sum | cut -d' ' -f1)" "$file"; done`.text()
  const { migrations, loose } = readTree(files)
  const rows = catalog.includes('_prisma_migrations')
    ? await ask(
        'SELECT migration_name, checksum, finished_at IS NOT NULL, rolled_back_at IS NOT NULL FROM _prisma_migrations',
      )
    : []
  const history = compareHistory(migrations, rows.map(readRow))
  const wrong = troubleOf(history)
  if (wrong) throw new Error(wrong)
  return `${rows.length} applied, ${history.pending.length} pending${loose.length > 0 ? `; Prisma ignores ${loose.length} loose files: ${loose.join(', ')}` : ''}`
})

await list.check('4. Nobody holds the migration lock', async () => {
  const [holder] = await query(
    database,
    'postgres',
    "SELECT a.pid, a.usename, a.application_name, a.query_start FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = 'advisory' AND l.objid = 72707369",
  )
  if (holder) throw new Error(`process ${holder[0]} of ${holder[1]} holds it since ${holder[3]}`)
  return 'free'
})

await list.check('5. No long transactions', async () => {
  const long = await query(
    database,
    'postgres',
    `SELECT pid, usename, round(extract(epoch FROM now() - xact_start)) FROM pg_stat_activity WHERE xact_start < now() - interval '5 minutes' AND pid <> pg_backend_pid()`,
  )
  if (long.length > 0)
    throw new Error(
      long.map(([pid, user, seconds]) => `process ${pid} of ${user} for ${seconds} s`).join(', '),
    )
  return 'none over 5 minutes'
})
list.conclude('mend it, then tsx packages/deploy/migration-check.ts')
