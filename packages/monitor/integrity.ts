import { givenUp, identifier, refuse, tablesOf } from '@stories/shared'
import { regclass, type Schema, tableOf } from './schema.ts'

/** Check for orphaned data: every story's author is a user. The author's column is the foreign key to the users. */
export async function orphans(schema: Schema): Promise<string> {
  const users = tableOf('User', schema)
  const stories = tableOf('Story', schema)
  // Without a foreign key the plan's own column is asked: that is when there can be orphans.
  const columns = await schema.ask(`SELECT a.attname, u.attname FROM pg_constraint
      JOIN pg_attribute a ON a.attrelid = conrelid AND a.attnum = conkey[1]
      JOIN pg_attribute u ON u.attrelid = confrelid AND u.attnum = confkey[1]
      WHERE contype = 'f' AND conrelid = ${regclass(stories)} AND confrelid = ${regclass(users)} AND cardinality(conkey) = 1
    UNION ALL SELECT attname, 'id' FROM pg_attribute
      WHERE attrelid = ${regclass(stories)} AND attname IN ('authorId', 'author_id') AND NOT attisdropped`)
  const [author, id = ''] = columns[0] ?? []
  if (!author) refuse(`the table ${stories} has no column that leads to ${users}`)
  const [counts = []] =
    await schema.ask(`SELECT count(*), count(*) FILTER (WHERE author IS NOT NULL AND NOT EXISTS
      (SELECT FROM ${identifier(users)} u WHERE u.${identifier(id)} = author))
    FROM (SELECT ${identifier(author)} AS author FROM ${identifier(stories)}) story`)
  const [all = 0, orphaned = 0] = counts.map(Number)
  if (orphaned > 0) refuse(`${orphaned} of ${all} rows of ${stories} have a ${author} who is no user`)
  if (all === 0) refuse(`the table ${stories} is empty`)
  return `${all} rows of ${stories}, each ${author} is a user`
}

/** E-commerce features completely removed: no table is left of a model that the new code has given up. */
export async function shopGone(schema: Schema): Promise<string> {
  if (schema.models.size === 0)
    refuse('the new code has no prisma/schema.prisma that could be read: nothing tells what should be gone')
  const gone = givenUp(schema.before, schema.models)
  const kept = new Set(schema.models.values())
  const left = [...gone.keys()]
    .flatMap((model) => tablesOf(model, gone, schema.tables))
    .filter((table) => !kept.has(table))
  if (left.length > 0) refuse(`still there: ${[...new Set(left)].join(', ')}`)
  return `no table of ${[...gone.keys()].join(', ')}`
}

/** Indexes and constraints are valid: none was left half built or never checked against the rows. */
export async function validity({ ask }: Schema): Promise<string> {
  const broken =
    await ask(`SELECT 'index ' || indexrelid::regclass FROM pg_index WHERE NOT indisvalid OR NOT indisready
    UNION ALL SELECT 'constraint ' || conname || ' of ' || conrelid::regclass FROM pg_constraint WHERE NOT convalidated`)
  if (broken.length > 0) refuse(`not valid: ${broken.map(([name]) => name).join(', ')}`)
  // What a database made itself has numbers from 16384 on.
  const [[indexes, constraints] = []] =
    await ask(`SELECT (SELECT count(*) FROM pg_index WHERE indrelid >= 16384),
    (SELECT count(*) FROM pg_constraint WHERE conrelid >= 16384)`)
  return `${indexes} indexes, ${constraints} constraints`
}
