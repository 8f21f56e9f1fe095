import type { Node } from 'libpg-query'
import { walk, words } from './nodes.ts'

// Functions of Postgres that change nothing. One that isn't here runs code that nobody has read.
const harmless = new Set(
  `abs age array_agg array_append array_cat array_length array_position array_remove array_replace array_to_string avg
  bool_and bool_or btrim cardinality ceil ceiling char_length character_length clock_timestamp concat concat_ws count
  date date_part date_trunc decode dense_rank digest encode every extract first_value floor format
  gen_random_bytes gen_random_uuid generate_series greatest hashtext initcap json_agg json_array_elements json_build_array
  json_build_object json_object_agg jsonb_agg jsonb_array_elements jsonb_array_elements_text jsonb_array_length
  jsonb_build_array jsonb_build_object jsonb_each jsonb_each_text jsonb_object_agg jsonb_object_keys jsonb_set
  jsonb_strip_nulls jsonb_typeof lag last_value lead left length lower lpad ltrim make_date max md5 min mod nextval now
  nullif octet_length overlay pg_column_size pg_get_serial_sequence pg_relation_size pg_sleep pg_total_relation_size
  position power quote_ident quote_literal random rank regexp_match regexp_matches regexp_replace regexp_split_to_array
  regexp_split_to_table repeat replace reverse right round row_number row_to_json rpad rtrim setweight sha256 sign
  split_part sqrt starts_with statement_timestamp string_agg string_to_array strpos substr substring sum textcat timezone
  to_char to_date to_json to_jsonb to_number to_regclass to_timestamp to_tsvector transaction_timestamp translate trim
  trim_scale trunc unnest upper uuid_generate_v1 uuid_generate_v4 version`.split(/\s+/),
)

// What never refuses a value that its column holds already.
const total = new Set(
  `abs btrim char_length concat_ws date_part date_trunc extract initcap left length lower ltrim md5 octet_length replace
  reverse right rtrim setweight strpos timezone to_tsvector upper`.split(/\s+/),
)
const totalOperators = /^(\|\||=|<>|<|>|<=|>=|->>?|#>>?|@>|<@|\?[|&]?|&&|!?~~?\*?)$/

const callsIn = (tree: unknown) =>
  [...walk(tree)].filter(([kind]) => kind === 'FuncCall').map(([, { funcname }]) => words(funcname as Node[]))

const builtIn = (name: string[]) => name.length === 1 || name[0] === 'pg_catalog'

/** The functions that a tree calls and that are not known to change nothing. */
export function unread(tree: unknown): string[] {
  const strange = callsIn(tree).filter((name) => !(builtIn(name) && harmless.has(name.at(-1)!)))
  return [...new Set(strange.map((name) => name.join('.')))]
}

/** True for a name that would hide a function trusted above. */
export const isTrusted = (name: string) => harmless.has(name)

/** True unless an expression can be computed for every row there may ever be. */
export function mayRefuse(tree: unknown): boolean {
  return [...walk(tree)].some(([kind, node]) => {
    if (kind === 'FuncCall') return !total.has(words(node['funcname'] as Node[]).at(-1)!)
    if (kind === 'A_Expr') return !totalOperators.test(words(node['name'] as Node[])[0] ?? '')
    if (kind === 'TypeCast') return !['text', 'regconfig'].includes(castTo(node))
    return ['SubLink', 'A_Indirection', 'RowExpr', 'A_ArrayExpr'].includes(kind)
  })
}

const castTo = ({ typeName }: Record<string, unknown>) =>
  words((typeName as { names?: Node[] }).names).at(-1) ?? ''

/** True for a default that gives every row a value of its own. */
export function isDistinct(expression: Node | undefined): boolean {
  const distinct = ['gen_random_uuid', 'uuid_generate_v1', 'uuid_generate_v4', 'nextval']
  if (!expression || !('FuncCall' in expression)) return false
  return distinct.includes(words(expression.FuncCall.funcname).at(-1)!)
}

/** True for an expression that Postgres computes anew for each row, so that adding a column of it rewrites the table. */
export function isVolatile(expression: unknown): boolean {
  const names = callsIn(expression).map((name) => name.at(-1)!)
  return names.some(
    (name) => /^(gen_random|uuid_generate|nextval|random|clock_timestamp)/.test(name) || !harmless.has(name),
  )
}

export const callsNextval = (expression: unknown) =>
  callsIn(expression).some((name) => name.at(-1) === 'nextval')
