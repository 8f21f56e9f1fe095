import type { Reviewed } from './review.ts'

/** What a forward diff makes as well, because Prisma's schema shows it. */
const SHOWN =
  /^(create (unique )?(index|table|enum|sequence|schema)( concurrently)?|alter sequence|add (column|primary key|unique|foreign key|enum value|constraint)|(set|drop) (default|not null)|change type|comment)$/

/** What is over when its session is: it leaves nothing behind that could be missed. */
const PASSING = /^(set|reset|begin|start|commit|lock|analyze|vacuum|variable show|constraints set)$/

const DROP = /^drop (table|column|index|type|constraint|sequence|schema)( cascade)?$/

const bare = (name = '') => name.replace(/^public\./, '')
const place = ({ statement: { table, column, loses } }: Reviewed) =>
  [bare(table ?? loses?.name), column].filter(Boolean).join('.')
const where = ({ file, statement }: Reviewed) => `${file}:${statement.line} ${statement.kind}`

/**
 * What would stay undone of migrations that a forward diff stands in for, because it is not a matter of the schema (rows,
 * views, functions, triggers), or because the schema wants the opposite. A line each; marking them as applied would hide it.
 */
export function unrun(migrations: Reviewed[], diff: Reviewed[]): string[] {
  const dropped = new Set(diff.filter(({ statement }) => DROP.test(statement.kind)).map(place))
  const added = new Set(diff.filter(({ statement }) => /^(add|create)/.test(statement.kind)).map(place))
  return migrations.flatMap((one) => {
    const { kind, loses } = one.statement
    if (DROP.test(kind)) {
      const wanted = !dropped.has(place(one)) && (loses !== undefined || added.has(place(one)))
      return wanted ? [`${where(one)} ${place(one)}, which prisma/schema.prisma still wants`] : []
    }
    return SHOWN.test(kind) || PASSING.test(kind) ? [] : [`${where(one)} ${place(one)}`.trim()]
  })
}
