import { cause, type Opened, refuse, run, type Scratch, say, server } from '@stories/shared'
import type { Target } from './image.ts'
import { isMigrated, type Place, reachedIn } from './migrator.ts'
import type { Recipe } from './proof.ts'
import { migrate, pendingMigrations, writeMigration } from './recipe.ts'

/** What worked on the copy. */
export interface Tried {
  recipe: Recipe
  migrations: string[]
  sql: string
  /** The scratch database that was migrated. */
  name: string
  /** Milliseconds. */
  ms: number
}

/**
 * Tries the recipes on copies of the restored database, one after the other: `migrate deploy` when there is anything to
 * deploy, else the forward diff. The first that leaves no difference is the proven one.
 * @throws Stop (exit 3) with the reason of each when none does
 */
export async function tryRecipes(
  target: Target,
  { database, directory }: Opened,
  scratch: Scratch,
): Promise<Tried> {
  const place = (name: string): Place => ({
    container: scratch.container,
    user: scratch.user,
    password: 'scratch',
    name,
  })
  const inside = reachedIn(database, scratch.container)
  const migrations = run.dryRun ? [] : await pendingMigrations(target, inside, scratch.name)
  const reasons: string[] = []
  for (const recipe of migrations.length > 0 || run.dryRun
    ? (['deploy', 'diff'] as const)
    : (['diff'] as const)) {
    const name = `try_${recipe}`
    await server`docker exec -i ${scratch.container} psql -Xq -v ON_ERROR_STOP=1 -U ${scratch.user} -d postgres -c ${`CREATE DATABASE ${name} TEMPLATE "${scratch.name}" STRATEGY FILE_COPY`}`
    try {
      const sql = await writeMigration(target, place(name), recipe, migrations, `${directory}/migration.sql`)
      const since = performance.now()
      await migrate(target, database, place(name), recipe, sql, migrations)
      if (!(await isMigrated(target, place(name))))
        throw new Error('afterwards it is still not what the code wants')
      if (!run.dryRun) return { recipe, migrations, sql, name, ms: performance.now() - since }
    } catch (error) {
      reasons.push(`recipe ${recipe}: ${cause(error).trim()}`)
      say(`  recipe ${recipe} does not work on the copy: ${cause(error).trim().split('\n')[0]}`)
    }
  }
  if (!run.dryRun) refuse(`No recipe brings the copy to what the code wants\n${reasons.join('\n')}`)
  return { recipe: 'deploy', migrations, sql: '', name: 'try_deploy', ms: 0 }
}
