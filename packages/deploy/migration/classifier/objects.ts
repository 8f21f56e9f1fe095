import type {
  CreateExtensionStmt,
  CreateFunctionStmt,
  CreatePolicyStmt,
  CreateSchemaStmt,
  CreateTrigStmt,
  DefineStmt,
  GrantStmt,
  RangeVar,
  RefreshMatViewStmt,
  ViewStmt,
} from 'libpg-query'
import { isTrusted } from './calls.ts'
import { lock } from './locks.ts'
import { literal, ofKind, quote, shown, spoken, tableOf, words } from './nodes.ts'
import type { Parsed } from './parse.ts'
import type { Release } from './release.ts'
import type { Finding } from './statement.ts'

/** CREATE VIEW; OR REPLACE may mean a view that the old code reads. */
export function createView(it: ViewStmt, _: Parsed, release: Release): Finding {
  const view = tableOf(it.view)
  const fact: Finding = { kind: it.replace ? 'create or replace view' : 'create view', table: shown(view) }
  if (it.replace && !release.isNew('view', view))
    return { ...fact, breaksOldCode: true, note: 'if it is there, the old code reads it' }
  if (it.view?.relpersistence !== 't') release.make('view', view)
  return fact
}

export function refreshView(it: RefreshMatViewStmt, _: Parsed, release: Release): Finding {
  const view = tableOf(it.relation)
  const fact: Finding = { kind: 'refresh materialized view', table: shown(view) }
  if (release.isNew('view', view)) return fact
  const locks = lock(release, view, it.concurrent ? 'EXCLUSIVE' : 'ACCESS EXCLUSIVE', 'rewrite')
  return {
    ...fact,
    locks,
    ...(it.skipData && { breaksOldCode: true, note: 'it can not be read until it is filled' }),
  }
}

/** CREATE FUNCTION; OR REPLACE may mean one that the old code, a trigger or a default calls. */
export function createFunction(it: CreateFunctionStmt): Finding {
  const name = words(it.funcname)
  const kind = `create ${it.replace ? 'or replace ' : ''}${it.is_procedure ? 'procedure' : 'function'}`
  if (it.replace)
    return { kind, breaksOldCode: true, note: `${name.join('.')}: if it is there, something calls it` }
  const hides = isTrusted(name.at(-1) ?? '')
  return {
    kind,
    opaque: hides,
    note: hides ? `${name.join('.')} can be mistaken for Postgres' own` : name.join('.'),
  }
}

/** CREATE TRIGGER: from then on writing to the table runs it. */
export function createTrigger(it: CreateTrigStmt, _: Parsed, release: Release): Finding {
  const table = tableOf(it.relation)
  release.reach(table, 'writing')
  const isNew = release.isNew('table', table)
  const locks = lock(release, table, 'SHARE ROW EXCLUSIVE')
  return {
    kind: 'create trigger',
    table: shown(table),
    locks,
    ...(!isNew && { breaksOldCode: true, note: 'it runs when the old code writes' }),
  }
}

export function createPolicy(it: CreatePolicyStmt, _: Parsed, release: Release): Finding {
  const table = tableOf(it.table)
  const isNew = release.isNew('table', table)
  return {
    kind: 'create policy',
    table: shown(table),
    ...(!isNew && { breaksOldCode: true, note: 'the old code may see and write other rows' }),
  }
}

export function createSchema(it: CreateSchemaStmt, _: Parsed, release: Release): Finding {
  if (it.schemaname && !it.if_not_exists) release.make('schema', quote(it.schemaname))
  // What is made inside one CREATE SCHEMA is not looked into.
  return { kind: 'create schema', note: it.schemaname, opaque: (it.schemaElts ?? []).length > 0 }
}

export function createExtension(it: CreateExtensionStmt): Finding {
  const wanted = `(VALUES (${literal(it.extname ?? '')})) AS wanted (name)`
  const query = `SELECT count(*) FROM ${wanted} WHERE name NOT IN (SELECT name FROM pg_available_extensions)`
  return {
    kind: 'create extension',
    note: it.extname,
    mayFail: { why: 'the server must have it, and the role the right to create it', query },
  }
}

/** GRANT and REVOKE. */
export function grant(it: GrantStmt, _: Parsed, release: Release): Finding {
  if (it.is_grant) return { kind: 'grant' }
  const tables = ofKind<RangeVar>(it.objects, 'RangeVar').map(tableOf)
  const isNew = tables.length > 0 && tables.every((table) => release.isNew('table', table))
  return { kind: 'revoke', ...(!isNew && { breaksOldCode: true, note: 'the old code may need it' }) }
}

/** CREATE AGGREGATE, COLLATION, TEXT SEARCH …; an operator can change what old queries mean. */
export function define(it: DefineStmt): Finding {
  const kind = `create ${spoken(it.kind ?? '')}`
  if (it.replace || it.kind === 'OBJECT_OPERATOR')
    return { kind, breaksOldCode: true, note: 'the old code may use it' }
  return { kind }
}
