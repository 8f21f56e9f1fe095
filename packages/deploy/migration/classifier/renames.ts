import type { AlterObjectSchemaStmt, Node, ObjectType, RenameStmt } from 'libpg-query'
import { lock } from './locks.ts'
import { quote, quoted, shown, spoken, tableOf, words } from './nodes.ts'
import type { Parsed } from './parse.ts'
import { type Release, things } from './release.ts'
import type { Finding } from './statement.ts'

// Names that no client uses: they only show in error messages.
const internal: ObjectType[] = [
  'OBJECT_INDEX',
  'OBJECT_TABCONSTRAINT',
  'OBJECT_DOMCONSTRAINT',
  'OBJECT_TRIGGER',
  'OBJECT_POLICY',
  'OBJECT_RULE',
]

/** ALTER … RENAME TO. */
export function rename(it: RenameStmt, _: Parsed, release: Release): Finding {
  const type = it.renameType!
  const table = it.relation && tableOf(it.relation)
  const fact: Finding = { kind: `rename ${spoken(type)}`, note: `to ${it.newname}` }
  if (type === 'OBJECT_COLUMN' && table) return renameColumn(fact, table, it, release)
  const thing = things[type]
  const parts = it.relation
    ? [it.relation.schemaname, it.relation.relname].flatMap((part) => part ?? [])
    : partsOf(it.object, it.subname)
  const [name, newName] = [quoted(parts), quoted([...parts.slice(0, -1), it.newname!])]
  const isNew = thing !== undefined && release.isNew(thing, name)
  const locks = table && type === 'OBJECT_TABLE' ? lock(release, table, 'ACCESS EXCLUSIVE') : []
  if (thing) release.rename(thing, name, newName)
  return { ...fact, table: table && shown(table), locks, breaksOldCode: !isNew && !internal.includes(type) }
}

function renameColumn(
  fact: Finding,
  table: string,
  { subname = '', newname = '' }: RenameStmt,
  release: Release,
): Finding {
  const isNew =
    release.isNew('table', table) ||
    release.isNew('view', table) ||
    release.column(table, subname) !== undefined
  release.renameColumn(table, subname, newname)
  return {
    ...fact,
    table: shown(table),
    column: subname,
    locks: lock(release, table, 'ACCESS EXCLUSIVE'),
    breaksOldCode: !isNew,
  }
}

/** ALTER … SET SCHEMA. */
export function setSchema(it: AlterObjectSchemaStmt, _: Parsed, release: Release): Finding {
  const table = it.relation && tableOf(it.relation)
  const isNew = table !== undefined && it.objectType === 'OBJECT_TABLE' && release.isNew('table', table)
  const locks = table ? lock(release, table, 'ACCESS EXCLUSIVE') : []
  if (table && it.objectType === 'OBJECT_TABLE')
    release.rename('table', table, quoted([it.newschema!, it.relation!.relname!]))
  // Old things in a new schema: to drop it is to drop them.
  if (!isNew) release.drop('schema', quote(it.newschema!))
  return {
    kind: `move ${spoken(it.objectType!)}`,
    table: table && shown(table),
    locks,
    breaksOldCode: !isNew,
    note: `to schema ${it.newschema}`,
  }
}

function partsOf(object: Node | undefined, subname: string | undefined): string[] {
  if (!object) return subname ? [subname] : []
  if ('List' in object) return words(object.List.items)
  return 'TypeName' in object ? words(object.TypeName.names) : 'String' in object ? words([object]) : []
}
