import type { CommonTableExpr, DeleteStmt, UpdateStmt } from 'libpg-query'
import { ofKind, quote, tableOf } from './nodes.ts'
import { clause, levels, type Parsed } from './parse.ts'
import { count } from './questions.ts'
import type { Release } from './release.ts'

/** A statement that picks rows of one table, perhaps by looking at others. */
export type Selecting = DeleteStmt & Pick<UpdateStmt, 'fromClause'>

/**
 * The query that counts the rows that a DELETE or UPDATE hits, in the database as it is: the statement's own words
 * as a SELECT. Where they can't be asked, because the release changes what they name, it counts all rows.
 */
export function matching(it: Selecting, verb: 'DELETE' | 'UPDATE', parsed: Parsed, release: Release): string {
  const table = tableOf(it.relation)
  const { relation, usingClause, fromClause, whereClause } = it
  const isOuter = Object.values(parsed.node)[0] === it
  const inner = ofKind<CommonTableExpr>(it.withClause?.ctes, 'CommonTableExpr')
  const writes = inner.some(({ ctequery }) => !('SelectStmt' in ctequery!))
  if (!isOuter || writes || release.isBeyond([relation, usingClause, fromClause, whereClause, inner]))
    return count(release, table)
  const start = [...levels(parsed)].find(
    ({ depth, text }) => depth === 0 && text.toUpperCase() === verb,
  )!.start
  const others =
    usingClause || fromClause
      ? clause(parsed, verb === 'DELETE' ? 'USING' : 'FROM', ['WHERE', 'RETURNING'], start)
      : undefined
  const where = clause(parsed, 'WHERE', ['RETURNING'], start)
  const name = quote(relation?.alias?.aliasname ?? relation?.relname ?? '')
  const target = `${relation?.inh ? '' : 'ONLY '}${table} AS ${name}`
  const before = parsed.slice(parsed.tokens[0]!.start, start)
  const from = [target, ...(others ? [others] : [])].join(', ')
  return `${before}SELECT count(DISTINCT (${name}.tableoid, ${name}.ctid)) FROM ${from}${where ? ` WHERE ${where}` : ''}`
}
