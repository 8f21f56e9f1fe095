import type { Found } from './found.ts'
import { read, server } from './server.ts'

/** A name as an SQL identifier. */
export const identifier = (name: string) => `"${name.replaceAll('"', '""')}"`

/** A text as an SQL literal. */
export const literal = (value: string) => `'${value.replaceAll("'", "''")}'`

const psql = ['psql', '-XqAt', '-v', 'ON_ERROR_STOP=1']

/**
 * Asks a database a question, through the container's own psql; the SQL travels on stdin.
 * @returns rows of columns, as text
 * @throws ProcessOutput with psql's words
 */
export async function query(database: Found['database'], name: string, sql: string): Promise<string[][]> {
  const answer = await read({
    input: `SET default_transaction_read_only = on;\n${sql}\n`,
  })`docker exec -i ${database.container.name} ${psql} -F ${'\t'} -U ${database.user} -d ${name} -f -`
  return answer.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'))
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
