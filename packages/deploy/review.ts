import { say, table } from '@stories/shared'
import type { Effect, Problem, Statement } from './classify.ts'
import type { Tried } from './try.ts'

/** A statement of a migration, and the file that it stands in. */
export interface Reviewed {
  file: string
  statement: Statement
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
export async function review({
  sql,
  recipe,
  migrations,
}: Pick<Tried, 'sql' | 'recipe' | 'migrations'>): Promise<Review> {
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

const WORTH_A_LINE: Effect[] = [
  'loses data',
  'breaks old code',
  'irreversible',
  'opaque',
  'must run alone',
  'may fail',
]

/** Shows the statements that an operator should have read, and what is the matter with each. */
export function sayReview({ statements, problems }: Review): void {
  const rows = statements
    .map(({ file, statement }) => ({
      file,
      statement,
      worth: statement.effects.filter((effect) => WORTH_A_LINE.includes(effect)),
    }))
    .filter(({ worth }) => worth.length > 0)
    .map(({ file, statement, worth }) => [
      `${file}:${statement.line}`,
      statement.kind,
      [statement.table, statement.column].filter(Boolean).join('.'),
      worth.join(', '),
    ])
  say(`  ${statements.length} changes, ${statements.length - rows.length} of them harmless`)
  for (const line of rows.length > 0 ? table(rows) : []) say(`  ${line}`)
  for (const { file, line, code, text } of problems) say(`  ${file}:${line} ${code}: ${text}`)
}
