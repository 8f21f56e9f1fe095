import { run } from '@stories/shared'

/**
 * Begins work at once, beside the steps that follow; the step that it belongs to awaits it. A dry run shows it in its
 * step's place instead.
 */
export function beside<T>(work: () => Promise<T>): () => Promise<T> {
  if (run.dryRun) return work
  const begun = work()
  // It is heard in its step; until then its failure is not unhandled.
  begun.catch(() => {})
  return () => begun
}
