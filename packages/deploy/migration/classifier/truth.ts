import type {
  A_Const,
  A_Expr,
  BoolExpr,
  CoalesceExpr,
  ColumnRef,
  FuncCall,
  Node,
  NullTest,
  TypeCast,
} from 'libpg-query'
import { unwrap, words } from './nodes.ts'

/** A value that differs from row to row, and one that only the database knows. */
export const DISTINCT = Symbol('distinct')
export const UNKNOWN = Symbol('unknown')
export type Known = string | number | boolean | null
export type Value = Known | typeof DISTINCT | typeof UNKNOWN

/**
 * What an expression comes to, by SQL's own three-valued logic, where columns have the values given. Whatever it
 * doesn't understand is UNKNOWN, so that a check is only trusted when it was really worked out.
 */
export function evaluate(node: Node | undefined, column: (name: string) => Value): Value {
  if (!node) return UNKNOWN
  const [kind, contents] = unwrap(node)
  const of = (inner: Node | undefined) => evaluate(inner, column)
  switch (kind) {
    case 'ColumnRef':
      return column(words((contents as ColumnRef).fields).at(-1) ?? '')
    case 'A_Const':
      return constant(contents as A_Const)
    case 'TypeCast':
      return cast(contents as TypeCast, of)
    case 'BoolExpr':
      return logic(contents as BoolExpr, of)
    case 'A_Expr':
      return compare(contents as A_Expr, of)
    case 'FuncCall': {
      const { funcname, args = [] } = contents as FuncCall
      return strict.has(words(funcname).at(-1) ?? '') && args.map(of).includes(null) ? null : UNKNOWN
    }
    case 'CoalesceExpr':
      return (contents as CoalesceExpr).args?.map(of).find((value) => value !== null) ?? null
    case 'NullTest': {
      const { arg, nulltesttype } = contents as NullTest
      const value = of(arg)
      if (value === UNKNOWN) return UNKNOWN
      return (value === null) === (nulltesttype === 'IS_NULL')
    }
    default:
      return UNKNOWN
  }
}

/** A check lets a row pass when it is true or null. */
export const passes = (value: Value) => value === true || value === null

function constant(it: A_Const): Value {
  if (it.isnull) return null
  if (it.ival) return it.ival.ival ?? 0
  if (it.fval) return Number(it.fval.fval)
  if (it.boolval) return it.boolval.boolval ?? false
  return it.sval ? (it.sval.sval ?? '') : UNKNOWN
}

// A cast keeps text that becomes text, or a type of one's own such as an enum, and whole numbers that stay numbers.
function cast({ arg, typeName }: TypeCast, of: (node: Node | undefined) => Value): Value {
  const value = of(arg)
  const [schema, name = schema] = words(typeName?.names)
  if (value === null) return null
  if (typeName?.typmods) return UNKNOWN
  if (typeof value === 'string' && (schema !== 'pg_catalog' || name === 'varchar')) return value
  return typeof value === 'number' && Number.isInteger(value) && /^(int\d|numeric|float\d)$/.test(name ?? '')
    ? value
    : UNKNOWN
}

function logic({ boolop, args = [] }: BoolExpr, of: (node: Node) => Value): Value {
  const values = args.map(of)
  if (boolop === 'NOT_EXPR')
    return typeof values[0] === 'boolean' ? !values[0] : values[0] === null ? null : UNKNOWN
  const decisive = boolop === 'OR_EXPR'
  if (values.includes(decisive)) return decisive
  if (values.some((value) => value === UNKNOWN || value === DISTINCT)) return UNKNOWN
  return values.includes(null) ? null : !decisive
}

const operators: Record<string, (a: number, b: number) => boolean> = {
  '=': (a, b) => a === b,
  '<>': (a, b) => a !== b,
  '<': (a, b) => a < b,
  '>': (a, b) => a > b,
  '<=': (a, b) => a <= b,
  '>=': (a, b) => a >= b,
}

function compare({ kind, name, lexpr, rexpr }: A_Expr, of: (node: Node | undefined) => Value): Value {
  const [operator = ''] = words(name)
  const left = of(lexpr)
  const list = listed(rexpr)?.map(of)
  if (kind === 'AEXPR_OP' && operator in operators) return holds(operator, left, of(rexpr))
  if (kind === 'AEXPR_OP' || kind === 'AEXPR_LIKE' || kind === 'AEXPR_ILIKE') {
    return strictOperators.test(operator) && (left === null || of(rexpr) === null) ? null : UNKNOWN
  }
  if (kind === 'AEXPR_OP_ANY' && operator === '=' && list?.length)
    return either(list.map((value) => holds('=', left, value)))
  if (kind === 'AEXPR_IN' && list) {
    const any = either(list.map((value) => holds('=', left, value)))
    return operator === '=' || any === null || any === UNKNOWN ? any : !any
  }
  if (kind === 'AEXPR_BETWEEN' && list) {
    const [low, high] = [holds('>=', left, list[0]!), holds('<=', left, list[1]!)]
    return low === false || high === false
      ? false
      : low === true && high === true
        ? true
        : low === null
          ? null
          : UNKNOWN
  }
  return UNKNOWN
}

// The members of IN (…), of BETWEEN, of = ANY (ARRAY[…]).
function listed(node: Node | undefined): Node[] | undefined {
  if (!node) return undefined
  if ('List' in node) return node.List.items
  if ('TypeCast' in node) return listed(node.TypeCast.arg)
  return 'A_ArrayExpr' in node ? node.A_ArrayExpr.elements : undefined
}

// Null in, null out.
const strictOperators = /^([-+*/%^]|->>?|!?~~?\*?)$/
const strict = new Set(
  'abs array_length btrim cardinality char_length date_part date_trunc extract jsonb_typeof length lower mod octet_length upper'.split(
    ' ',
  ),
)

function either(values: Value[]): true | false | null | typeof UNKNOWN {
  if (values.includes(true)) return true
  if (values.includes(UNKNOWN)) return UNKNOWN
  return values.includes(null) ? null : false
}

function holds(operator: string, left: Value, right: Value): true | false | null | typeof UNKNOWN {
  if (left === null || right === null) return null
  if (typeof left === 'number' && typeof right === 'number') return operators[operator]!(left, right)
  // Text is only compared for equality: order is the collation's business.
  const alike = typeof left === typeof right && (typeof left === 'string' || typeof left === 'boolean')
  if (!alike || !(operator === '=' || operator === '<>')) return UNKNOWN
  return (left === right) === (operator === '=')
}
