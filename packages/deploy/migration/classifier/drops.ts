import type { DropStmt, Node, ObjectType, ObjectWithArgs, TypeName } from 'libpg-query'
import { literal, quoted, shown, spoken, words } from './nodes.ts'
import type { Parsed } from './parse.ts'
import { count, rowsOfType, rowsWhere } from './questions.ts'
import { type Release, things } from './release.ts'
import type { Finding, Loss } from './statement.ts'

/** DROP …: one finding for each thing that is dropped. */
export function drop(it: DropStmt, _: Parsed, release: Release): Finding[] {
  const type = it.removeType!
  return (it.objects ?? []).map((object) => {
    const names = namesIn(object)
    if (it.missing_ok) release.doubt(quoted(names))
    return { ...dropOne(type, names, it.behavior === 'DROP_CASCADE', release), mustRunAlone: it.concurrent }
  })
}

// Things that hang on a table: its name comes first.
const attached: ObjectType[] = ['OBJECT_TRIGGER', 'OBJECT_POLICY', 'OBJECT_RULE']

function dropOne(type: ObjectType, names: string[], cascade: boolean, release: Release): Finding {
  const name = quoted(names)
  const thing = things[type]
  const owner = quoted(names.slice(0, -1))
  const onTable = attached.includes(type)
  const table = thing === 'table' ? name : onTable ? owner : undefined
  const isNew = onTable ? release.isNew('table', owner) : thing !== undefined && release.isNew(thing, name)
  const fact: Finding = {
    kind: `drop ${spoken(type)}${cascade ? ' cascade' : ''}`,
    table: table && shown(table),
    note:
      isNew || table === name ? undefined : `${shown(name)}: ${reasons[type] ?? 'the old code may use it'}`,
  }
  const locks =
    table && !isNew ? [{ mode: 'ACCESS EXCLUSIVE', table: shown(table), work: 'none' } as const] : []
  const loses = isNew ? undefined : lossOf(type, name, cascade, release)
  if (thing) release.drop(thing, name)
  // Statistics only serve the planner.
  const breaksOldCode = !isNew && type !== 'OBJECT_STATISTIC_EXT'
  return { ...fact, locks, loses, breaksOldCode, irreversible: loses !== undefined }
}

const reasons: Partial<Record<ObjectType, string>> = {
  OBJECT_INDEX: 'the old code may name it in an upsert, or have a query that is slow without it',
  OBJECT_TYPE: 'the old client casts to it',
  OBJECT_TRIGGER: 'what the old code writes has other effects',
}

function lossOf(type: ObjectType, name: string, cascade: boolean, release: Release): Loss | undefined {
  const thing = things[type]
  const before = thing ? release.before(thing, name) : name
  const loss = (what: Loss['what'], query: string): Loss => ({ what, name: shown(before), query })
  switch (type) {
    case 'OBJECT_TABLE':
      return loss('table', count(release, name))
    case 'OBJECT_SEQUENCE':
      return loss('sequence', used(before))
    case 'OBJECT_SCHEMA':
      return cascade ? loss('schema', rowsWhere(`n.nspname = ${literal(shown(before))}`)) : undefined
    case 'OBJECT_TYPE':
    case 'OBJECT_DOMAIN': {
      const successor = release.labels(before)
      if (successor) return loss('enum value', removedLabels(before, successor))
      return loss('type', cascade ? rowsOfType(`to_regtype(${literal(before)})`) : 'SELECT 0')
    }
    case 'OBJECT_EXTENSION':
      return cascade ? loss('type', rowsOfType(typesOf(name))) : undefined
    default:
      return undefined
  }
}

// The numbers are lost that it has given; the catalog says so even where it is missing.
const used = (sequence: string) =>
  `SELECT count(pg_sequence_last_value(oid)) FROM pg_class WHERE oid = to_regclass(${literal(sequence)})`

// Prisma takes a value away by making the type anew: what the successor lacks is lost, once no row has it.
const removedLabels = (type: string, labels: string[]) =>
  `SELECT count(*) FROM pg_enum WHERE enumtypid = to_regtype(${literal(type)}) AND enumlabel NOT IN (${labels.map(literal).join(', ')})`

const typesOf = (extension: string) =>
  `SELECT d.objid FROM pg_depend d JOIN pg_extension e ON e.oid = d.refobjid AND d.deptype = 'e' WHERE e.extname = ${literal(shown(extension))}`

function namesIn(object: Node): string[] {
  const [contents] = Object.values(object) as [
    { items?: Node[] } & TypeName & ObjectWithArgs & { sval?: string },
  ]
  if ('String' in object) return [contents.sval ?? '']
  return words(contents.items ?? contents.names ?? contents.objname)
}
