import type { AlterSeqStmt, CreateSeqStmt, DefElem, FuncCall, InsertStmt, Node, ResTarget } from 'libpg-query'
import { isDistinct } from './calls.ts'
import { ofKind, quoted, shown, tableOf, words } from './nodes.ts'
import type { Parsed } from './parse.ts'
import type { Release } from './release.ts'
import type { Finding } from './statement.ts'

const again = 'the old code may be given numbers again'

export function createSequence(it: CreateSeqStmt, _: Parsed, release: Release): Finding {
  const sequence = tableOf(it.sequence)
  if (!it.if_not_exists && it.sequence?.relpersistence !== 't') release.make('sequence', sequence)
  return { kind: 'create sequence', note: shown(sequence) }
}

/** ALTER SEQUENCE: to whom it belongs doesn't matter, what it gives next does. */
export function alterSequence(it: AlterSeqStmt, _: Parsed, release: Release): Finding {
  const sequence = tableOf(it.sequence)
  const options = ofKind<DefElem>(it.options, 'DefElem')
  const owner = options.find(({ defname }) => defname === 'owned_by')?.arg
  // It goes when its owner goes: an old one had better belong to an old table.
  const table = owner && 'List' in owner ? quoted(words(owner.List.items).slice(0, -1)) : ''
  const moved = options.every(({ defname }) => defname === 'owned_by') && !release.isNew('table', table)
  if (moved || release.isNew('sequence', sequence)) return { kind: 'alter sequence', note: shown(sequence) }
  return { kind: 'alter sequence', breaksOldCode: true, note: `${shown(sequence)}: ${again}` }
}

/** setval() in a query. */
export function setSequence(it: FuncCall, release: Release): Finding[] {
  if (words(it.funcname).at(-1) !== 'setval') return []
  const [target] = it.args ?? []
  const call = target && 'FuncCall' in target ? target.FuncCall : undefined
  const isNew = call
    ? words(call.funcname).at(-1) === 'pg_get_serial_sequence' && isNamed(call.args?.[0], 'table', release)
    : isNamed(target, 'sequence', release)
  return [{ kind: 'set sequence', ...(!isNew && { breaksOldCode: true, note: again }) }]
}

function isNamed(argument: Node | undefined, thing: 'table' | 'sequence', release: Release): boolean {
  if (argument && 'TypeCast' in argument) return isNamed(argument.TypeCast.arg, thing, release)
  const text = argument && 'A_Const' in argument ? argument.A_Const.sval?.sval : undefined
  return text !== undefined && release.isNew(thing, identifier(text))
}

/** A name in a string, read as Postgres reads it: without quotes it is in small letters. */
function identifier(text: string): string {
  const parts = text.match(/"(?:[^"]|"")+"|[^."]+/g) ?? []
  return quoted(
    parts.map((part) =>
      part.startsWith('"') ? part.slice(1, -1).replaceAll('""', '"') : part.toLowerCase(),
    ),
  )
}

/** True when an INSERT may write an id that is a number: the sequence doesn't know of it and gives it again. */
export function givesNumber(it: InsertStmt): boolean {
  const place = it.cols ? ofKind<ResTarget>(it.cols, 'ResTarget').findIndex(({ name }) => name === 'id') : 0
  if (place < 0 || !it.selectStmt || !('SelectStmt' in it.selectStmt)) return false
  const { valuesLists, targetList } = it.selectStmt.SelectStmt
  const rows = ofKind<{ items?: Node[] }>(valuesLists, 'List').map(({ items }) => items?.[place])
  const selected = ofKind<ResTarget>(targetList, 'ResTarget')[place]?.val
  return (valuesLists ? rows : [selected]).some((value) => !isText(value))
}

/** A string, a random id, the column's default: nothing that a sequence counts. */
function isText(value: Node | undefined): boolean {
  if (!value) return false
  if ('TypeCast' in value)
    return (
      isText(value.TypeCast.arg) && !/int|numeric/.test(words(value.TypeCast.typeName?.names).at(-1) ?? '')
    )
  if ('A_Const' in value)
    return value.A_Const.sval !== undefined && !/^\d+$/.test(value.A_Const.sval.sval ?? '')
  return 'SetToDefault' in value || isDistinct(value)
}
