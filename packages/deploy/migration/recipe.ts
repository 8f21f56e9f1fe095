import { bash, execute, type Found, keepCommand, read, server } from '@stories/shared'
import type { Target } from '../image.ts'
import { forward, LOCK_TIMEOUT, loadPrisma, type Place, prisma, reachedIn } from './migrator.ts'
import type { Recipe } from './proof.ts'

/** Writes migration.sql, what a recipe will run: to be reviewed, and held to by its hash. Gives its text. */
export async function writeMigration(
  target: Target,
  place: Place,
  recipe: Recipe,
  migrations: string[],
  path: string,
): Promise<string> {
  const sql =
    recipe === 'diff'
      ? (await prisma(target.migrator, place, [...forward(target.prisma), '--script'])).stdout
      : await read`for name in ${migrations}; do printf -- '-- %s\n' "$name"; git show ${target.commit}:prisma/migrations/"$name"/migration.sql; done`.text()
  await server({ input: sql || '-- nothing to do\n' })(bash(keepCommand(path)))
  return sql
}

/**
 * Brings one database to the target's schema by a recipe. Whether it came there is for the caller to see (E23, E24):
 * test-migration.ts asks Prisma, phase4.ts compares with what came out then.
 * @param first a bash command that makes the database; Prisma loads meanwhile
 * @throws ProcessOutput with Prisma's or psql's words
 */
export async function migrate(
  target: Target,
  database: Found['database'],
  place: Place,
  recipe: Recipe,
  sql: string,
  migrations: string[],
  first?: string,
): Promise<void> {
  if (recipe === 'deploy') await loadPrisma(target.migrator, place, ['migrate', 'deploy'], first ?? ':').go()
  else {
    if (first) await server(bash(first))
    const { split } = await import('./classify.ts')
    const { alone, rest } = await split(sql)
    const inside = reachedIn(database, place.container)
    // A value added to an enum cannot be used in the same transaction: additions go first, each on its own (E22).
    for (const statement of alone) await execute(inside, place.name, statement)
    await execute(inside, place.name, `SET lock_timeout = '${LOCK_TIMEOUT}';\nBEGIN;\n${rest}\nCOMMIT;`)
    for (const name of migrations)
      await prisma(target.migrator, place, ['migrate', 'resolve', '--applied', name])
  }
}
