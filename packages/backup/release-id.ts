import { read } from '@stories/shared'

/**
 * A release id that sorts after every other, also when the server's clock was set back: the clock's, else the newest's
 * plus a second.
 * @param clock such as `20250905_043000`
 */
export function releaseId(clock: string, existing: string[]): string {
  const newest = existing
    .filter((name) => /^\d{8}_\d{6}$/.test(name))
    .sort()
    .at(-1)
  if (!newest || clock > newest) return clock
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(newest)!.map(Number)
  const next = new Date(Date.UTC(y!, mo! - 1, d, h, mi, s! + 1)).toISOString()
  return next.slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
}

/** The id of a new release, by the server's clock and the backups that are there. */
export async function newRelease(root: string): Promise<string> {
  const answer = await read`date -u +%Y%m%d_%H%M%S; ls ${root} 2>/dev/null || true`.text()
  const [clock = '', ...existing] = answer.trim().split('\n')
  return releaseId(clock, existing)
}
