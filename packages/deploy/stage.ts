import { type Check, type Opened, readChecks, record, run, runScript } from '@stories/shared'
import type { Stage } from './order.ts'

/** The flags of this run that every script of it gets. */
export const commonFlags = ({ flags }: Opened) => [
  ...(run.dryRun ? ['--dry-run'] : []),
  ...(flags.json ? ['--json'] : []),
  ...(flags.settings ? ['--settings', flags.settings] : []),
]

/**
 * Runs a stage's script as a person would. What it checked goes into the journal, also when a check failed.
 * @param directory the release directory; empty before there is one
 * @returns what the script printed on stdout
 * @throws Stop with the script's exit code; it has said itself what went wrong
 */
export async function runStage(stage: Stage, words: string[], directory: string): Promise<string> {
  let checks: Check[] = []
  const heard = (out: string) => {
    checks = readChecks(out)
  }
  try {
    return await runScript(stage.script, words, directory ? { BACKUP_DIR: directory } : {}, heard)
  } finally {
    if (checks.length > 0) await record({ step: stage.title, checks })
  }
}
