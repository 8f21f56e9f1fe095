import type { Opened } from '@stories/shared'
import { findTarget, isBuilt } from '../image.ts'
import { driftFrom, productionPlace } from './migrator.ts'
import { review } from './review.ts'

/**
 * How production's database differs from what the old code's schema wants. It stops nothing: the migration was tested on
 * a copy of the database as it is. But it tells of a hand that was there.
 * @param schema the old code's schema.prisma
 */
export async function findDrift(opened: Opened, schema: string): Promise<string> {
  const target = await findTarget(opened, `origin/${opened.settings.TARGET_BRANCH}`)
  if (!(await isBuilt(target)))
    return 'not looked at: tsx packages/deploy/test-migration.ts makes what it takes'
  const sql = await driftFrom(schema, target, productionPlace(opened.database, opened.database.name))
  const { statements } = await review({ sql, recipe: 'diff', migrations: [] })
  const changes = statements.map(({ statement: { kind, table, column } }) =>
    [kind, [table, column].filter(Boolean).join('.')].filter(Boolean).join(' '),
  )
  return changes.length > 0
    ? `${changes.length} changes would make it the old schema: ${changes.slice(0, 5).join(', ')}`
    : 'none'
}
