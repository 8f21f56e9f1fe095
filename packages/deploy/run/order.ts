/** One script of the whole, in the plan's order. */
export interface Stage {
  script: string
  /** The section of the plan that it mirrors. */
  title: string
  /** What visitors see while it runs. */
  visitors: 'the site' | 'the maintenance page'
  /** What takes it back, once it is done. */
  undo: string
}

const before = { visitors: 'the site', undo: 'nothing to undo' } as const
const after = { visitors: 'the site', undo: 'rollback/immediate.ts' } as const
const inside = { visitors: 'the maintenance page', undo: 'rollback/immediate.ts' } as const

/** Everything that can be done before visitors notice. */
export const BEFORE: Stage[] = [
  { script: 'backup/backup', title: 'Backup Current State', ...before, undo: 'backup/prune.ts' },
  { script: 'backup/verify', title: 'Verify Backups', ...before },
  { script: 'deploy/test-migration', title: 'Test Database Migration', ...before },
  { script: 'deploy/migration-check', title: 'Prepare Migration Scripts', ...before },
  { script: 'deploy/environment', title: 'Environment Variables Preparation', ...before },
  { script: 'deploy/prepare', title: 'Go or no-go', ...before },
]

/** The window: from the page on to the page off. */
export const INSIDE: Stage[] = [
  { script: 'deploy/phase1', title: 'Phase 1: Preparation', ...inside },
  { script: 'deploy/phase2', title: 'Phase 2: Stop Services', ...inside },
  { script: 'deploy/phase3', title: 'Phase 3: Update Code', ...inside },
  { script: 'deploy/phase4', title: 'Phase 4: Database Migration', ...inside },
  { script: 'deploy/phase5', title: 'Phase 5: Build and Deploy', ...inside },
  { script: 'deploy/phase6', title: 'Phase 6: Verification', ...inside },
]

/** The other way, for a migration that is proven additive: visitors have the site all the while. */
export const ONLINE: Stage[] = [
  { script: 'deploy/without-window', title: 'Deployment without a window', ...after },
]

/** What takes the site from the old release to the new. */
export const between = (withoutWindow: boolean): Stage[] => (withoutWindow ? ONLINE : INSIDE)

/** What is looked at once visitors are back. */
export const AFTER: Stage[] = [
  { script: 'monitor/functional', title: 'Functional Tests', ...after },
  { script: 'monitor/database', title: 'Database Verification', ...after },
  { script: 'monitor/performance', title: 'Performance Checks', ...after },
]

/** The stages as a list to read before anything begins: what runs, what visitors see meanwhile, what takes it back. */
export const outline = (stages: Stage[]): string[][] =>
  stages.map(({ title, script, visitors, undo }, index) => [
    `${index + 1}.`,
    title,
    `packages/${script}.ts`,
    `visitors see ${visitors}`,
    `undo: ${undo}`,
  ])
