import { event, type Found, query, say, table } from '@stories/shared'
import type { Effect, Problem, Statement } from './classify.ts'
import type { Recipe } from './proof.ts'

/** A statement of a migration, and the file that it stands in. */
export interface Reviewed {
  file: string
  statement: Statement
  /** Rows that it loses now. */
  lost?: number
  /** Rows that stop it now. */
  failing?: number
}

/** What a recipe runs: its text, and the migrations that it was made of. */
export interface Script {
  sql: string
  recipe: Recipe
  migrations: string[]
}

/** What the whole of a migration amounts to. */
export interface Review {
  statements: Reviewed[]
  additive: boolean
  problems: (Problem & { file: string })[]
}

/** The files that migration.sql was made of: each begins with a comment line that is its name; a diff is one file. */
export function filesOf(sql: string, migrations: string[]): { file: string; sql: string }[] {
  const files: { file: string; lines: string[] }[] = []
  for (const line of sql.split('\n')) {
    const name = line.startsWith('-- ') ? line.slice(3) : ''
    if (migrations.includes(name) || files.length === 0)
      files.push({ file: migrations.includes(name) ? name : 'migration.sql', lines: [] })
    if (!migrations.includes(name)) files.at(-1)!.lines.push(line)
  }
  return files.map(({ file, lines }) => ({ file, sql: lines.join('\n') }))
}

/** Judges every statement of what a recipe runs, file by file, as one release. */
export async function review({ sql, recipe, migrations }: Script): Promise<Review> {
  const { classify, Release, summary } = await import('./classify.ts')
  const release = new Release()
  const result: Review = { statements: [], additive: true, problems: [] }
  for (const file of filesOf(sql, recipe === 'deploy' ? migrations : [])) {
    const statements = await classify(file.sql, release)
    const whole = summary(statements)
    result.statements.push(...statements.map((statement) => ({ file: file.file, statement })))
    result.additive &&= whole.additive
    // The recipe that applies a diff takes enum values and embedded transactions apart itself (E21, E22).
    if (recipe === 'deploy')
      result.problems.push(...whole.problems.map((problem) => ({ ...problem, file: file.file })))
  }
  return result
}

/** The number that a question to the database as it is gives; undefined when it can't be asked there. */
async function count(database: Found['database'], name: string, sql: string): Promise<number | undefined> {
  try {
    return Number((await query(database, name, sql))[0]?.[0])
  } catch {
    return undefined
  }
}

/** Asks a database as it is before the migration how many rows each statement loses, and how many would stop it. */
export async function countRowsOf(
  { statements }: Review,
  database: Found['database'],
  name: string,
): Promise<void> {
  for (const one of statements) {
    const { loses, mayFail } = one.statement
    const [lost, failing] = [
      loses && (await count(database, name, loses.query)),
      mayFail?.query && (await count(database, name, mayFail.query)),
    ]
    if (lost !== undefined) one.lost = lost
    if (typeof failing === 'number') one.failing = failing
  }
}

/** What would stop the migration on the rows that are there, a line each. */
export const stopping = ({ statements }: Review): string[] =>
  statements
    .filter(({ failing = 0 }) => failing > 0)
    .map(({ file, statement, failing }) => `${file}:${statement.line} ${statement.mayFail?.why}: ${failing}`)

const WORTH_A_LINE: Effect[] = [
  'loses data',
  'breaks old code',
  'irreversible',
  'opaque',
  'must run alone',
  'may fail',
]

/** What a statement does, with how many rows it does it to. */
function effectsOf({ statement, lost, failing }: Reviewed): string[] {
  return statement.effects
    .filter((effect) => WORTH_A_LINE.includes(effect))
    .map((effect) => {
      if (effect === 'loses data' && lost !== undefined) return `loses data (${lost} rows now)`
      if (effect === 'may fail' && failing !== undefined) return `may fail (${failing} rows would stop it)`
      return effect
    })
}

/** The locks that keep others out while it runs, and on how many rows. */
const locksOf = ({ locks }: Statement, rows: Map<string, number>) =>
  locks
    .filter(({ mode }) => /^(SHARE( ROW EXCLUSIVE)?|(ACCESS )?EXCLUSIVE)$/.test(mode))
    .map(({ mode, table, work }) => {
      const size = rows.get(table.includes('.') ? table : `public.${table}`)
      return `${mode} on ${table}${work === 'none' ? '' : `, ${work}`}${size === undefined ? '' : `, ${size} rows`}`
    })

/**
 * Shows the statements that an operator should have read, and what is the matter with each; with `--json` every one of them.
 * @param rows of the tables as they are, by `schema.table`
 */
export function sayReview({ statements, problems }: Review, rows = new Map<string, number>()): void {
  for (const { statement, ...more } of statements) event('review', { ...more, ...statement })
  const shown = statements
    .map((one) => ({ one, effects: effectsOf(one) }))
    .filter(({ effects }) => effects.length > 0)
    .map(({ one: { file, statement }, effects }) => [
      `${file}:${statement.line}`,
      statement.kind,
      [statement.table ?? statement.loses?.name, statement.column].filter(Boolean).join('.'),
      effects.join(', '),
    ])
  say(`  ${statements.length} changes, ${statements.length - shown.length} of them harmless`)
  for (const line of shown.length > 0 ? table(shown) : []) say(`  ${line}`)
  const locks = new Set(statements.flatMap(({ statement }) => locksOf(statement, rows)))
  if (locks.size > 0)
    say(`  locks: ${[...locks].slice(0, 6).join('; ')}${locks.size > 6 ? `; ${locks.size - 6} more` : ''}`)
  for (const { file, line, code, text } of problems) say(`  ${file}:${line} ${code}: ${text}`)
}
