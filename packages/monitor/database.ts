/**
 * Database Verification
 *
 * Asks the database what the plan asks after the deployment, by the names that its tables really have.
 * DATABASE_NAME names another database of the same server, such as a migrated copy before the swap.
 *
 * Before:      tsx packages/monitor/functional.ts
 * After:       tsx packages/monitor/performance.ts
 * If it fails: tsx packages/rollback/immediate.ts, or tsx packages/rollback/database-only.ts
 *
 * Usage: tsx packages/monitor/database.ts [--json]
 */
import { checklist, open } from '@stories/shared'
import { orphans, shopGone, validity } from './integrity.ts'
import { newRoles, readSchema, roles, tokenVersion } from './schema.ts'

const { settings, database } = await open(import.meta.url, { release: 'none' })
const schema = await readSchema(database, settings)
const list = checklist()

// Differs from the plan (E10): tables are found in the catalog; one that is not found is a failure, not an empty answer.
await list.checkAll({
  'Check new schema': () => tokenVersion(schema),
  'Verify user roles': () => roles(schema),
  'New enum values of the roles': () => newRoles(schema),
  'Check for orphaned data': () => orphans(schema),
  'E-commerce features completely removed': () => shopGone(schema),
  'Indexes and constraints are valid': () => validity(schema),
})

list.conclude('tsx packages/rollback/database-only.ts, or tsx packages/rollback/immediate.ts')
