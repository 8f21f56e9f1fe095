import type { CreateTableAsStmt } from 'libpg-query'
import { shown, tableOf } from './nodes.ts'
import type { Parsed } from './parse.ts'
import type { Release } from './release.ts'
import { writes } from './rows.ts'
import type { Finding } from './statement.ts'
import { keepRows, strangeCalls } from './tables.ts'

/** CREATE TABLE AS and CREATE MATERIALIZED VIEW, with all that is written inside the query's WITH. */
export function createTableAs(it: CreateTableAsStmt, parsed: Parsed, release: Release): Finding[] {
  const inner = writes(parsed, release)
  if (it.objtype !== 'OBJECT_MATVIEW')
    return [keepRows(it.into, it.if_not_exists, it.query, release), ...inner]
  const view = tableOf(it.into?.rel)
  if (!it.if_not_exists) release.make('view', view)
  return [{ kind: 'create materialized view', table: shown(view), ...strangeCalls(it.query) }, ...inner]
}
