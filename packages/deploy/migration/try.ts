import { event, type Opened, query, refuse, run, type Scratch, Stop, say, server } from '@stories/shared'
import type { Target } from '../image.ts'
import { failureOf, isThereAlready, wordsOf } from './failure.ts'
import { isMigrated, type Place, reachedIn } from './migrator.ts'
import type { Recipe } from './proof.ts'
import { migrate, writeMigration } from './recipe.ts'
import { countRowsOf, filesOf, type Review, review, sayReview, stopping } from './review.ts'
import { unrun } from './unrun.ts'

/** What worked on the copy. */
export interface Tried {
  recipe: Recipe
  migrations: string[]
  sql: string
  /** The scratch database that was migrated. */
  name: string
  reviewed: Review
  /** Milliseconds that the copy by TEMPLATE took, and the recipe. */
  copy: number
  ms: number
  /** Bytes of the database before and after. */
  size: number
  grown: number
}

/** A recipe ran to its end, and the database is still not what the code wants (E24). */
class Differs extends Stop {}

const NOTHING: Review = { statements: [], additive: true, problems: [] }

/**
 * A transaction that a migration ends without having begun it would leave half of it behind (E21); pairs of BEGIN and
 * COMMIT, as Prisma writes them itself, are as safe as the copy that they run on.
 * @throws Stop (exit 3) with file and line
 */
async function endsWell(sql: string, migrations: string[]): Promise<void> {
  const { split } = await import('./classify.ts')
  for (const file of filesOf(sql, migrations))
    await split(file.sql).catch((error: Error) => refuse(`${file.file}: ${error.message} (E21)`))
}

/**
 * Tries the recipes on copies of the restored database: `migrate deploy` when there is anything to deploy; the forward diff
 * when nothing is pending, when the database has grown it already, or when a difference is left, and only if it leaves
 * nothing undone. The first that works is the proven one.
 * @param pending the migrations that the copy has not finished
 * @param rows of every table, by `schema.table`
 * @throws Stop (exit 3) with the reason, on one line, when none does
 */
export async function tryRecipes(
  target: Target,
  { database, directory }: Opened,
  scratch: Scratch,
  pending: string[],
  rows: Map<string, number>,
): Promise<Tried> {
  const inside = reachedIn(database, scratch.container)
  const place = (name: string): Place => ({ ...scratch, password: 'scratch', name })
  const sizeOf = async (name: string) =>
    run.dryRun
      ? 0
      : Number((await query(inside, name, 'SELECT pg_database_size(current_database())'))[0]?.[0])
  const timed = async (work: () => Promise<unknown>) => {
    const since = performance.now()
    await work()
    return performance.now() - since
  }
  const recipes: Recipe[] = pending.length > 0 || run.dryRun ? ['deploy', 'diff'] : ['diff']
  const seen: Partial<Record<Recipe, Review>> = {}
  const reasons: string[] = []
  for (const recipe of recipes) {
    const name = `try_${recipe}`
    const copy = await timed(
      () =>
        server`docker exec -i ${scratch.container} psql -Xq -v ON_ERROR_STOP=1 -U ${scratch.user} -d postgres -c ${`CREATE DATABASE ${name} TEMPLATE "${scratch.name}" STRATEGY FILE_COPY`}`,
    )
    try {
      const sql = await writeMigration(target, place(name), recipe, pending, `${directory}/migration.sql`)
      const reviewed = run.dryRun ? NOTHING : await review({ sql, recipe, migrations: pending })
      seen[recipe] = reviewed
      await countRowsOf(reviewed, inside, scratch.name)
      sayReview(reviewed, rows)
      const undone = unrun(seen.deploy?.statements ?? [], reviewed.statements)
      if (recipe === 'diff' && undone.length > 0) refuse(`it would leave undone ${undone.join('; ')}`)
      if (recipe === 'deploy') await endsWell(sql, pending)
      const ms = await timed(() => migrate(target, database, place(name), recipe, sql, pending))
      if (!(await isMigrated(target, place(name))))
        throw new Differs(3, 'after it the copy is still not what prisma/schema.prisma wants')
      const [size, grown] = [await sizeOf(scratch.name), await sizeOf(name)]
      if (!run.dryRun) return { recipe, migrations: pending, sql, name, reviewed, copy, ms, size, grown }
    } catch (error) {
      const failure = failureOf(wordsOf(error))
      const why = error instanceof Stop ? error.message : failure.says
      const found = stopping(seen[recipe] ?? NOTHING)
      const mayGoOn = recipe === 'deploy' && (error instanceof Differs || isThereAlready(failure))
      reasons.push([`recipe ${recipe}: ${why}`, ...found].join('; '))
      if (recipe === 'diff' || !mayGoOn) refuse(`It does not work on the copy: ${reasons.join('; ')}`)
      say(`  ${reasons.at(-1)}`)
      event('recipe', { recipe, why })
    }
  }
  return {
    recipe: 'deploy',
    migrations: pending,
    sql: '',
    name: 'try_deploy',
    reviewed: NOTHING,
    copy: 0,
    ms: 0,
    size: 0,
    grown: 0,
  }
}
