import { createInterface } from 'node:readline'
import { refuse } from './exit.ts'
import { red, say, undisturbed } from './log.ts'
import { run } from './step.ts'

/** Whether questions can be asked, and whether `--yes` answers the plain ones. `open` sets it. */
export const asking = { yes: false, consent: [] as string[] }

/**
 * Asks for a yes. `--yes` is one; without a terminal and without `--yes` the answer is no.
 * @throws Stop (exit 3) on anything but yes
 */
export async function confirm(question: string): Promise<void> {
  if (asking.yes || run.dryRun) return
  if (!process.stdin.isTTY)
    refuse(`${question} Nobody is there to answer.`, 'run it in a terminal, or with --yes')
  const answer = await prompt(`${question} [yes/no] `)
  if (!/^y(es)?$/i.test(answer)) refuse('You said no: nothing was changed.')
}

/**
 * Asks for a typed word before something is destroyed. `--yes` is not enough: the word itself must be given,
 * in the terminal or with `--consent WORD[,WORD]`.
 * @throws Stop (exit 3) when it is not
 */
export async function consent(what: string, word: string): Promise<void> {
  if (run.dryRun || asking.consent.includes(word)) return
  if (!process.stdin.isTTY)
    refuse(`${what}. This needs a typed consent.`, `run it in a terminal, or with --consent ${word}`)
  const answer = await prompt(`${red(what)}\n  Type ${word} to go on: `)
  if (answer !== word) refuse(`"${answer}" is not ${word}: nothing was changed.`)
}

/** The typed line; empty at the end of the input. Ctrl-C ends the script as it does everywhere else. */
function prompt(question: string): Promise<string> {
  const typed = () =>
    new Promise<string>((resolve) => {
      const line = createInterface({ input: process.stdin, output: process.stderr })
      line.on('close', () => resolve(''))
      line.on('SIGINT', () => {
        line.removeAllListeners('close').close()
        process.emit('SIGINT')
      })
      line.question(question, (answer) => {
        resolve(answer.trim())
        line.close()
      })
    })
  // The spinner goes first: it would wipe the question away.
  return undisturbed(typed)
}

/**
 * A precondition of a step that changes something. A dry run only says that it does not hold: it shows what would come.
 * @throws Stop (exit 3) when it does not hold
 */
export function precondition(holds: boolean, otherwise: string, next?: string): void {
  if (holds) return
  if (!run.dryRun) refuse(otherwise, next)
  if (process.env['STORIES_OUTLINE']) return // what would come before it was shown, too
  say(`  for real it would stop here: ${otherwise}`)
}
