import { shown } from './nodes.ts'
import type { Release } from './release.ts'
import type { Lock, LockMode } from './statement.ts'

/** A lock, unless the table is the release's own: nobody waits for that. */
export function lock(release: Release, table: string, mode: LockMode, work: Lock['work'] = 'none'): Lock[] {
  return release.isNew('table', table) ? [] : [{ mode, table: shown(table), work }]
}
