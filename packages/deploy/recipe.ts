import { bash, execute, type Found, keepCommand, query, read, server } from '@stories/shared'
import type { Target } from './image.ts'
import { forward, type Place, prisma, reachedIn } from './migrator.ts'
import type { Recipe } from './proof.ts'

/** The target's migrations that a database has not finished, in their order. */
export async function pendingMigrations(
  target: Target,
  database: Found['database'],
  name: string,
): Promise<string[]> {
  const [[history = 'f'] = []] = await query(
    database,
    name,
    `SELECT to_regclass('public._prisma_migrations') IS NOT NULL`,
  )
  const rows =
    history === 't'
      ? await query(
          database,
          name,
          'SELECT migration_name FROM public._prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
        )
      : []
  const done = new Set(rows.map(([migration]) => migration))
  return target.migrations.filter((migration) => !done.has(migration))
}

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
 * @throws ProcessOutput with Prisma's or psql's words
 */
export async function migrate(
  target: Target,
  database: Found['database'],
  place: Place,
  recipe: Recipe,
  sql: string,
  migrations: string[],
): Promise<void> {
  if (recipe === 'deploy') await prisma(target.migrator, place, ['migrate', 'deploy'])
  else {
    const { split } = await import('./classify.ts')
    const { alone, rest } = await split(sql)
    // A value added to an enum cannot be used in the same transaction: additions go first, each on its own (E22).
    for (const statement of alone) await execute(reachedIn(database, place.container), place.name, statement)
    await execute(
      reachedIn(database, place.container),
      place.name,
      `SET lock_timeout = '10s';\nBEGIN;\n${rest}\nCOMMIT;`,
    )
    for (const name of migrations)
      await prisma(target.migrator, place, ['migrate', 'resolve', '--applied', name])
  }
}
