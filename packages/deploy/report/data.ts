import type { Manifest, Seen } from '@stories/shared'
import type { Proof } from '../migration/proof.ts'
import type { Entry } from '../run/standing.ts'

/** Everything that a report is drawn from. */
export interface ReportData {
  release: string
  site: string
  server: string
  branch: string
  /** The commit that was deployed; empty before prepare.ts. */
  target: string
  /** The Prisma version of that commit. */
  prisma: string
  manifest: Manifest
  journal: Entry[]
  visitors: Seen[]
  proof: Proof | undefined
  /** migration.sql, as it was proven. */
  sql: string
  /** What verify.ts proved; undefined when the backup was never verified. */
  verified: { tables: number; rows: number; verified: string } | undefined
  /** The release directory still has its mark `in-progress`. */
  unfinished: boolean
  /** The live database is the very one that was backed up; undefined when the database did not answer. */
  original: boolean | undefined
  made: string
  by: string
}
