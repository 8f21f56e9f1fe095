import type { ColumnDef, Node, RangeVar, TypeName } from 'libpg-query'

/** The kind of a node, as the grammar names it ("AlterTableStmt"), and its contents. */
export const unwrap = (node: Node) => Object.entries(node)[0] as [kind: string, contents: object]

/** The nodes of one kind in a list, without their wrapping. */
export function ofKind<T>(nodes: Node[] | undefined, kind: string): T[] {
  return (nodes ?? []).flatMap((node) =>
    kind in node ? [(node as unknown as Record<string, T>)[kind]!] : [],
  )
}

/** Every node below, with its kind. */
export function* walk(tree: unknown): Generator<[kind: string, contents: Record<string, unknown>]> {
  if (typeof tree !== 'object' || tree === null) return
  for (const [key, value] of Object.entries(tree)) {
    // The grammar's node kinds are capitalised, their fields aren't.
    if (/^[A-Z]/.test(key) && typeof value === 'object') yield [key, value as Record<string, unknown>]
    yield* walk(value)
  }
}

/** The words of a qualified name: ["public", "users"]. */
export const words = (nodes: Node[] | undefined) =>
  ofKind<{ sval?: string }>(nodes, 'String').map(({ sval }) => sval ?? '')

export const quote = (name: string) => `"${name.replaceAll('"', '""')}"`
export const literal = (text: string) => `'${text.replaceAll("'", "''")}'`

/** A qualified name as SQL: inside the classifier things are known by it. */
export const quoted = (parts: string[]) => parts.map(quote).join('.')

export const tableOf = (range: RangeVar | undefined) =>
  quoted([range?.catalogname, range?.schemaname, range?.relname].flatMap((part) => part ?? []))

export const typeOf = (type: TypeName | undefined) => quoted(words(type?.names))

/** "public"."users" and "users" are the same table, unless the search path says otherwise. */
export const loose = (name: string) => name.replace(/^"public"\./, '')

/** SERIAL is no type: it is an integer with a sequence. */
export const isSerial = ({ typeName }: ColumnDef) =>
  /^(small|big)?serial[248]?$/.test(words(typeName?.names).at(-1) ?? '')

/** A qualified name for people: users, audit.log. */
export const shown = (name: string) =>
  loose(name).replace(/"((?:[^"]|"")*)"/g, (_, part) => part.replaceAll('""', '"'))

/** The columns that an expression reads. */
export function columnsIn(tree: unknown): string[] {
  const found = [...walk(tree)].filter(([kind]) => kind === 'ColumnRef')
  return found.flatMap(([, { fields }]) => words(fields as Node[]).slice(-1))
}

/** "AT_SetNotNull", "CreatePolicyStmt": "set not null", "create policy". */
export const spoken = (kind: string) =>
  kind
    .replace(/^AT_|^OBJECT_|Stmt$|_EXT$/g, '')
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll('_', ' ')
    .toLowerCase()
