import { randomBytes } from 'node:crypto'
import type { Found } from './found.ts'
import { read, server } from './server.ts'

/** A name as an SQL identifier. */
export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A text as an SQL literal. */
export const literal = (value: string) => `'${value.replaceAll("'", "''")}'`

/** psql, without anybody's own settings, answers alone, ended by the first error (E20). */
export const psql = ['psql', '-XqAt', '-v', 'ON_ERROR_STOP=1']

/** A question that waits for the others of its moment. */
interface Question {
  name: string
  sql: string
}

/** Who asked it is told. */
interface Waiting extends Question {
  answer: (rows: string[][]) => void
  fail: (error: unknown) => void
}

/** By the cluster that they are for. */
const waiting = new Map<string, Waiting[]>()

/**
 * Asks a database a question, through the container's own psql; the SQL travels on stdin. Questions that are asked of one
 * cluster at the same moment share a psql, one after the other: to start one costs the server 0.1 s of a core.
 * @param alone for one that takes long: it gets a psql, and a core, of its own
 * @returns rows of columns, as text
 * @throws ProcessOutput with psql's words
 */
export function query(
  database: Found['database'],
  name: string,
  sql: string,
  alone = false,
): Promise<string[][]> {
  if (alone) return ask(database, [{ name, sql }]).then(([rows]) => rows!)
  const cluster = `${database.container.name} ${database.user}`
  const questions = waiting.get(cluster) ?? []
  if (questions.length === 0) setImmediate(() => askTogether(database, cluster))
  waiting.set(cluster, questions)
  return new Promise((answer, fail) => questions.push({ name, sql, answer, fail }))
}

/** Asks the questions that wait; when one fails, each alone, so that the others have their answers. */
async function askTogether(database: Found['database'], cluster: string): Promise<void> {
  const questions = waiting.get(cluster) ?? []
  waiting.delete(cluster)
  try {
    const answers = await ask(database, questions)
    for (const [index, { answer }] of questions.entries()) answer(answers[index]!)
  } catch (error) {
    if (questions.length === 1) questions[0]!.fail(error)
    else for (const one of questions) ask(database, [one]).then(([rows]) => one.answer(rows!), one.fail)
  }
}

/** What a psql answers to questions, to each its rows. */
async function ask(database: Found['database'], questions: Question[]): Promise<string[][][]> {
  const mark = `-- ${randomBytes(12).toString('hex')}`
  const input = questions.map(
    ({ name, sql }) =>
      `\\connect ${identifier(name)}\nSET default_transaction_read_only = on;\n${sql}\n;\n\\echo '${mark}'\n`,
  )
  const first = questions[0]!.name
  const { stdout } = await read({
    input: input.join('').replace(/^.*\n/, ''),
  })`docker exec -i ${database.container.name} ${psql} -F ${'\t'} -U ${database.user} -d ${first} -f -`
  return stdout
    .split(`${mark}\n`)
    .slice(0, -1)
    .map((part) =>
      part
        .split('\n')
        .filter(Boolean)
        .map((line) => line.split('\t')),
    )
}

/** The first column of the first row. */
export async function value(database: Found['database'], name: string, sql: string): Promise<string> {
  return (await query(database, name, sql))[0]?.[0] ?? ''
}

/** Changes a database; shown and not run in a dry run. Stops at the first error (E20). */
export async function execute(database: Found['database'], name: string, sql: string): Promise<string> {
  const answer = await server({
    input: `${sql}\n`,
  })`docker exec -i ${database.container.name} ${psql} -U ${database.user} -d ${name} -f -`
  return answer.stdout
}
