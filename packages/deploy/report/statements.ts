/** What is no statement of its own in a SQL text: comments, strings, quoted names, bodies of functions. */
const INERT =
  /--[^\n]*|\/\*[\s\S]*?\*\/|\$(\w*)\$[\s\S]*?\$\1\$|[eE]'(?:[^'\\]|\\[\s\S]|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"/g

const NOUN =
  /^(CREATE|ALTER|DROP|COMMENT ON)(?: OR REPLACE| UNIQUE| TEMP| TEMPORARY| UNLOGGED| MATERIALIZED| GLOBAL| LOCAL)* (\w+)/

/** How many statements of each kind a SQL text has, most frequent first: a summary to read, not a judgement on it. */
export function countStatements(sql: string): [kind: string, count: number][] {
  const counts = new Map<string, number>()
  for (const part of sql.replace(INERT, (inert) => (/^["']|^[eE]'|^\$/.test(inert) ? 'x' : ' ')).split(';')) {
    const words = part.trim().replace(/\s+/g, ' ').toUpperCase()
    if (words === '') continue
    const [, verb, noun] = NOUN.exec(words) ?? []
    const kind = verb ? `${verb} ${noun}` : words.split(' ')[0]!
    counts.set(kind, (counts.get(kind) ?? 0) + 1)
  }
  return [...counts].sort(([a, one], [b, other]) => other - one || (a < b ? -1 : 1))
}
