import type { Node } from 'libpg-query'

/** A word, name, constant or sign of the text; offsets are bytes of the whole text. */
export type Token = { start: number; end: number; text: string }

/** One statement as the real grammar reads it. */
export type Parsed = {
  number: number
  line: number
  /** Its text without the comments around it and without its semicolon. */
  sql: string
  node: Node
  tokens: Token[]
  /** A piece of the whole text, by bytes: the grammar's own locations. */
  slice: (start: number, end: number) => string
}

/**
 * Reads SQL with the grammar of Postgres itself.
 * @throws Error with the line, when it isn't SQL
 */
export async function parse(sql: string): Promise<Parsed[]> {
  if (sql.trim() === '') return []
  // Loaded only here: the module is 2 MB of WebAssembly, and most scripts never need it.
  const postgres = await import('libpg-query')
  const bytes = Buffer.from(sql)
  const slice = (start: number, end: number) => bytes.subarray(start, end).toString()
  const { stmts = [] } = await postgres.parse(sql).catch((error: unknown) => {
    const at = postgres.hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0
    const line = [...sql].slice(0, at).join('').split('\n').length
    throw new Error(`line ${line}: ${error instanceof Error ? error.message : error}`, { cause: error })
  })
  const scanned = stmts.length > 0 ? (await postgres.scan(sql)).tokens : []
  const tokens = scanned.filter(({ tokenName }) => tokenName !== 'SQL_COMMENT' && tokenName !== 'C_COMMENT')
  let next = 0
  let line = 1
  let counted = 0
  return stmts.map(({ stmt, stmt_location: from = 0, stmt_len: length }, i) => {
    const to = length ? from + length : bytes.length
    const own: Token[] = []
    for (; next < tokens.length && tokens[next]!.start < to; next++) {
      if (tokens[next]!.text !== ';') own.push(tokens[next]!)
    }
    const [first, last] = [own[0]!, own.at(-1)!]
    line += slice(counted, first.start).split('\n').length - 1
    counted = first.start
    return { number: i + 1, line, sql: slice(first.start, last.end), node: stmt!, tokens: own, slice }
  })
}

/** The tokens from a place on, each with how many parentheses it stands in, until the one it stands in ends. */
export function* levels({ tokens }: Parsed, from = 0): Generator<Token & { depth: number }> {
  let depth = 0
  for (const token of tokens) {
    if (token.start < from) continue
    if (token.text === ')' || token.text === ']') depth--
    if (depth < 0) return
    yield { ...token, depth }
    if (token.text === '(' || token.text === '[') depth++
  }
}

/** The text from a place on, up to one of the words that end it at the same level. */
export function until(parsed: Parsed, from: number, ends: string[]): string {
  let end = from
  for (const { text, depth, end: past } of levels(parsed, from)) {
    if (depth === 0 && ends.includes(text.toUpperCase())) break
    end = past
  }
  return parsed.slice(from, end).trim()
}

/** The text that follows a keyword at the outermost level, up to one of the words that end it. */
export function clause(parsed: Parsed, word: string, ends: string[], from = 0): string | undefined {
  for (const { text, depth, end } of levels(parsed, from)) {
    if (depth === 0 && text.toUpperCase() === word) return until(parsed, end, ends)
  }
  return undefined
}

/** What stands in the first parentheses after a place, cut at its commas. */
export function elements(parsed: Parsed, from: number): string[] {
  const open = parsed.tokens.find(({ start, text }) => start >= from && text === '(')
  if (!open) return []
  const cuts = [open.end]
  let end = open.end
  for (const token of levels(parsed, open.end)) {
    if (token.depth === 0 && token.text === ',') cuts.push(token.start, token.end)
    end = token.end
  }
  cuts.push(end)
  return cuts.flatMap((cut, i) => (i % 2 === 0 ? [parsed.slice(cut, cuts[i + 1]!).trim()] : []))
}
