import { cause, ProcessOutput, refuse } from '@stories/shared'

/** Refuses a backup for what is wrong with it; nothing wrong, nothing happens. */
export function demand(wrong: string[]): void {
  if (wrong.length > 0) refuse(wrong.slice(0, 20).join('\n'), 'take another: tsx packages/backup/backup.ts')
}

/** A backup that cannot even be unpacked is refused as well; a server that cannot be reached says nothing about it. */
export function spoilt(error: unknown): never {
  if (error instanceof ProcessOutput && error.exitCode !== 255) demand([cause(error)])
  throw error
}
