import type { IndexElem, IndexStmt, ReindexStmt } from 'libpg-query'
import { mayRefuse, unread } from './calls.ts'
import { unique } from './constraints.ts'
import { lock } from './locks.ts'
import { ofKind, quoted, shown, tableOf } from './nodes.ts'
import { clause, elements, type Parsed } from './parse.ts'
import type { Release } from './release.ts'
import { type Finding, refusing } from './statement.ts'

/** CREATE INDEX. */
export function createIndex(it: IndexStmt, parsed: Parsed, release: Release): Finding {
  const table = tableOf(it.relation)
  const schema = it.relation?.schemaname
  if (it.idxname && !it.if_not_exists && !release.isTemporary(table)) {
    release.make('index', quoted([...(schema ? [schema] : []), it.idxname]))
  }
  const strange = unread([it.indexParams, it.whereClause])
  const fact: Finding = {
    kind: `create ${it.unique ? 'unique ' : ''}index${it.concurrent ? ' concurrently' : ''}`,
    table: shown(table),
    locks: lock(release, table, it.concurrent ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'scan'),
    mustRunAlone: it.concurrent,
    opaque: strange.length > 0,
    note: strange.length > 0 ? `calls ${strange}` : undefined,
  }
  if (release.isNew('table', table) || release.isNew('view', table)) {
    return it.unique && release.isWritten(table)
      ? { ...fact, mayFail: { why: 'rows with the same value' } }
      : fact
  }
  const texts = elements(parsed, it.relation?.location ?? 0)
  const keys = ofKind<IndexElem>(it.indexParams, 'IndexElem').map(({ name, expr }, i) => ({
    name,
    text: expr && expressionIn(texts[i] ?? ''),
  }))
  const tree = [it.indexParams, it.whereClause]
  const where = it.whereClause && clause(parsed, 'WHERE', [])
  const found = it.unique
    ? unique(table, keys, { where, nullsToo: it.nulls_not_distinct, tree }, release)
    : {}
  // An index on an expression is computed at every write.
  if (!mayRefuse(tree)) return { ...fact, ...found }
  return {
    ...fact,
    mayFail: { why: 'its expression may not be computable for every row' },
    ...found,
    ...refusing,
  }
}

/** The expression at the start of an index's element, without its order and operator class. */
function expressionIn(text: string): string {
  let depth = 0
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++
    if (text[i] === ')' && --depth === 0) return text.slice(0, i + 1)
  }
  return text
}

/** REINDEX: nothing changes, but writers wait. */
export function reindex(it: ReindexStmt, _: Parsed, release: Release): Finding {
  const concurrently = (it.params ?? []).some(
    (node) => 'DefElem' in node && node.DefElem.defname === 'concurrently',
  )
  const table = it.relation && it.kind === 'REINDEX_OBJECT_TABLE' ? tableOf(it.relation) : undefined
  return {
    kind: `reindex${concurrently ? ' concurrently' : ''}`,
    table: table && shown(table),
    locks: table ? lock(release, table, concurrently ? 'SHARE UPDATE EXCLUSIVE' : 'SHARE', 'scan') : [],
    mustRunAlone: concurrently || !it.relation,
  }
}
