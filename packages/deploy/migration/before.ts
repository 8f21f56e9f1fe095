import {
  compareHistory,
  type Found,
  MIGRATING_NEXT,
  migrationsIn,
  migrators,
  refuse,
  remembered,
  troubleOf,
} from '@stories/shared'
import { type Review, review } from './review.ts'
import { unrun } from './unrun.ts'

/** What loose .sql files do that neither Prisma nor a comparison of schemas would bring about, a line each (E24). */
export async function unseenIn(loose: { name: string; sql: string }[]): Promise<string[]> {
  const lines: string[] = []
  for (const { name, sql } of loose) {
    const read: Review = await review({ sql: `-- ${name}\n${sql}`, recipe: 'deploy', migrations: [name] })
    lines.push(...unrun(read.statements, []))
  }
  return lines
}

/** Loose .sql files of the target that the old code does not have. */
export async function newLoose(target: string, old: string): Promise<{ name: string; sql: string }[]> {
  const [{ loose }, { loose: had }] = [await migrationsIn(target), await migrationsIn(old)]
  return loose.filter(({ name, sql }) => !had.some((one) => one.name === name && one.sql === sql))
}

/**
 * Looks for what stops a migration whatever it holds: somebody who migrates already, a history that failed, was edited or
 * is ahead, loose files that nothing would run.
 * @returns the migrations that are pending
 * @throws Stop (exit 3) that names it
 */
export async function beforeMigrating(
  database: Found['database'],
  target: string,
  old: string,
): Promise<string[]> {
  const busy = await migrators(database)
  if (busy.length > 0) refuse(`Somebody holds Prisma's migration lock: ${busy.join('; ')}`, MIGRATING_NEXT)
  const { migrations } = await migrationsIn(target)
  const history = compareHistory(await remembered(database), migrations)
  const trouble = troubleOf(history)
  if (trouble) refuse(trouble)
  const unseen = await unseenIn(await newLoose(target, old))
  if (unseen.length > 0)
    refuse(
      `Prisma passes over loose files, and nothing would run what they do: ${unseen.join('; ')}`,
      'make a migration of them on the branch: prisma/migrations/NAME/migration.sql',
    )
  return history.pending.map(({ name }) => name)
}
