import {
  type Check,
  cause,
  type Opened,
  type Ready,
  readChecks,
  readMarks,
  readyScript,
  record,
  refuse,
  run,
  runScript,
  say,
  step,
} from '@stories/shared'
import type { Stage } from './order.ts'

/** The flags of this run that every script of it gets. */
export const commonFlags = ({ flags }: Opened) => [
  ...(run.dryRun ? ['--dry-run'] : []),
  ...(flags.json ? ['--json'] : []),
  ...(flags.settings ? ['--settings', flags.settings] : []),
]

/**
 * One deployment at a time: an unfinished one is resumed or taken back before the next begins.
 * @throws Stop (exit 3) otherwise
 */
export function mayBegin(marks: Opened['marks'], resume: boolean): void {
  if (resume && !marks.unfinished) refuse('No deployment stands unfinished', 'tsx packages/deploy/status.ts')
  if (!resume && marks.unfinished)
    refuse(
      `A deployment stands unfinished on ${marks.pinned}`,
      'tsx packages/deploy/deploy.ts --resume, or tsx packages/rollback/immediate.ts',
    )
}

/** Whether a deployment stands unfinished now: without one there is nothing to go back from. A server that is silent may have one. */
export const stands = async (root: string): Promise<boolean> =>
  readMarks(root).then(
    ({ unfinished }) => unfinished,
    () => true,
  )

const at = (directory: string): Record<string, string> => (directory ? { BACKUP_DIR: directory } : {})

/** A stage whose script has loaded already, and waits for its turn. */
export const readyStage = (stage: Stage, words: string[], directory: string): Promise<Ready> =>
  readyScript(stage.script, words, at(directory))

/**
 * Runs stages one after the other. The next one loads while the one before it works, once it is known on which release
 * directory they stand.
 * @param first the first one's script, when it was made ready before
 */
export async function inTurn(
  stages: Stage[],
  words: string[],
  go: (stage: Stage, ready?: Ready) => Promise<unknown>,
  first?: Ready,
): Promise<void> {
  let ready = first
  for (const [index, stage] of stages.entries()) {
    const next = run.directory ? stages[index + 1] : undefined
    const coming = next && readyStage(next, words, run.directory)
    await go(stage, ready)
    ready = await coming
  }
}

/**
 * Runs a stage's script as a person would. What it checked goes into the journal, also when a check failed.
 * @param directory the release directory; empty before there is one
 * @param ready the stage's script, when it was made ready before
 * @returns what the script printed on stdout
 * @throws Stop with the script's exit code; it has said itself what went wrong
 */
export async function runStage(
  stage: Stage,
  words: string[],
  directory: string,
  ready?: Ready,
): Promise<string> {
  let checks: Check[] = []
  const heard = (out: string) => {
    checks = readChecks(out)
  }
  try {
    return await (ready ? ready.go(heard) : runScript(stage.script, words, at(directory), heard))
  } finally {
    if (checks.length > 0) await record({ step: stage.title, checks })
  }
}

/**
 * Takes back what a deployment that failed inside the window has done.
 * @param failure why
 * @returns why the deployment failed; why the way back did, when it did too
 */
export async function goBack(failure: unknown, words: string[]): Promise<unknown> {
  say(`  ${cause(failure)}: going back to the old release`)
  run.step = undefined
  const back = () => runScript('rollback/immediate', [...words, '--yes'], at(run.directory))
  return step('Immediate Rollback', back).then(
    () => failure,
    (worse: unknown) => worse,
  )
}
