import { unwrap, words } from './nodes.ts'
import { type Parsed, parse } from './parse.ts'

/** A migration as it can be run: each of `alone` by itself and first, then `rest` as one transaction. */
export type Parts = { alone: string[]; rest: string }

/**
 * Takes a migration apart so that the rest is one transaction: values added to enums go first, on their own, because
 * they can't be used where they are added (E22); pairs of BEGIN and COMMIT are taken out, because they would end the
 * transaction around them (E21). A value stays where its type is made or renamed before it.
 * @throws Error with the line, when its transactions are more than such pairs
 */
export async function split(sql: string): Promise<Parts> {
  const statements = await parse(sql)
  const alone = statements.filter((it, i) => isMovable(it, statements.slice(0, i)))
  const pairs = transactions(statements)
  return { alone: alone.map((it) => it.sql), rest: without(sql, [...alone, ...pairs]) }
}

function isMovable({ node }: Parsed, before: Parsed[]): boolean {
  if (!('AlterEnumStmt' in node) || node.AlterEnumStmt.oldVal !== undefined) return false
  const type = words(node.AlterEnumStmt.typeName).at(-1)
  return before.every(
    (earlier) => isAddition(earlier) || !JSON.stringify(typeChanged(earlier)).includes(JSON.stringify(type)),
  )
}

const isAddition = ({ node }: Parsed) => 'AlterEnumStmt' in node && node.AlterEnumStmt.oldVal === undefined

/** The part of a statement that names a type it makes, renames or removes. */
function typeChanged({ node }: Parsed): unknown {
  const [kind, contents] = unwrap(node)
  return [
    'CreateEnumStmt',
    'AlterEnumStmt',
    'RenameStmt',
    'AlterObjectSchemaStmt',
    'DropStmt',
    'DoStmt',
  ].includes(kind)
    ? contents
    : []
}

/** The BEGIN and COMMIT of a migration, when they come in pairs and ask for nothing special. */
function transactions(statements: Parsed[]): Parsed[] {
  let open = false
  const found = statements.filter(({ node, line, sql }) => {
    if (!('TransactionStmt' in node)) return false
    const { kind, options, chain } = node.TransactionStmt
    const begins = kind === 'TRANS_STMT_BEGIN' || kind === 'TRANS_STMT_START'
    if (options || chain || (begins ? open : !open || kind !== 'TRANS_STMT_COMMIT')) {
      throw new Error(`line ${line}: ${sql} can't be taken out of the migration`)
    }
    open = begins
    return true
  })
  if (open) throw new Error(`line ${found.at(-1)!.line}: this transaction is never ended`)
  return found
}

/** The text without some statements and their semicolons; comments and lines stay where they are. */
function without(sql: string, statements: Parsed[]): string {
  const bytes = Buffer.from(sql)
  const cuts = statements
    .map(({ tokens }) => [tokens[0]!.start, tokens.at(-1)!.end] as const)
    .sort(([a], [b]) => a - b)
  let at = 0
  let kept = ''
  for (const [start, end] of cuts) {
    kept += bytes.subarray(at, start)
    const tail = /^\s*;/.exec(bytes.subarray(end).toString())
    at = end + (tail ? Buffer.byteLength(tail[0]) : 0)
  }
  return kept + bytes.subarray(at)
}
