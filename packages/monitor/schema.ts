import {
  type Found,
  identifier,
  literal,
  type Models,
  query,
  read,
  readModels,
  refuse,
  type Settings,
  tablesOf,
} from '@stories/shared'

/** The database that is looked at, with the names that the code and the catalog give its tables. */
export interface Schema {
  tables: string[]
  models: Models
  before: Models
  ask: (sql: string) => Promise<string[][]>
}

const NEW_ROLES = ['CUSTOMER', 'EDITOR', 'PUBLISHER']

/** Reads the schemas of the new code and of the old, and the catalog of the database. */
export async function readSchema(database: Found['database'], settings: Settings): Promise<Schema> {
  const ask = (sql: string) => query(database, database.name, sql)
  const schemaOf = (branch: string) => [
    `origin/${branch}:prisma/schema.prisma`,
    `${branch}:prisma/schema.prisma`,
  ]
  const [after, before, tables] = await Promise.all([
    read`for file in ${schemaOf(settings.TARGET_BRANCH)}; do git show "$file" 2>/dev/null && exit; done; cat prisma/schema.prisma 2>/dev/null || true`.text(),
    read`for file in ${schemaOf(settings.CURRENT_BRANCH)}; do git show "$file" 2>/dev/null && exit; done`.text(),
    // What psql finds without a schema's name, as the code does.
    ask(`SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND pg_table_is_visible(oid)
      AND relnamespace NOT IN ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)`),
  ])
  return {
    tables: tables.map(([name]) => name ?? ''),
    models: readModels(after),
    before: readModels(before),
    ask,
  }
}

/** The one table of a model. @throws Stop (exit 3) when there is none: a check that can't find its table has failed (E10) */
export function tableOf(model: string, { models, tables }: Schema): string {
  const [table] = tablesOf(model, models, tables)
  if (table === undefined)
    refuse(`there is no table of ${model} among the ${tables.length} tables of the database`)
  return table
}

/** Check new schema: the users' table has `tokenVersion`. */
export async function tokenVersion(schema: Schema): Promise<string> {
  const users = tableOf('User', schema)
  const [column] = await schema.ask(`SELECT format_type(atttypid, atttypmod), attnotnull FROM pg_attribute
    WHERE attrelid = ${regclass(users)} AND attname IN ('tokenVersion', 'token_version') AND NOT attisdropped`)
  if (!column) refuse(`the table ${users} has no column tokenVersion: the migration did not run`)
  return `${users}.tokenVersion is there (${column[0]}${column[1] === 't' ? ', never null' : ''})`
}

/** Verify user roles: how many users have each. */
export async function roles(schema: Schema): Promise<string> {
  const users = tableOf('User', schema)
  const rows = await schema.ask(
    `SELECT role, count(*) FROM ${identifier(users)} GROUP BY role ORDER BY 2 DESC, 1`,
  )
  if (rows.length === 0) refuse(`the table ${users} is empty`)
  return rows.map(([role, count]) => `${role} ${count}`).join(', ')
}

/** New enum values: the type of the role column knows CUSTOMER, EDITOR and PUBLISHER. */
export async function newRoles(schema: Schema): Promise<string> {
  const users = tableOf('User', schema)
  const labels = (
    await schema.ask(`SELECT enumlabel FROM pg_attribute JOIN pg_enum ON enumtypid = atttypid
    WHERE attrelid = ${regclass(users)} AND attname = 'role' ORDER BY enumsortorder`)
  ).map(([label]) => label)
  if (labels.length === 0) refuse(`the column role of ${users} is missing or no enum`)
  const missing = NEW_ROLES.filter((role) => !labels.includes(role))
  if (missing.length > 0)
    refuse(`the enum of ${users}.role lacks ${missing.join(', ')}; it has ${labels.join(', ')}`)
  return `${NEW_ROLES.join(', ')} are among ${labels.length} roles`
}

/** A table as SQL that stands for its place in the catalog. */
export const regclass = (table: string) => `${literal(identifier(table))}::regclass`
