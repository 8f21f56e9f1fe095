/** How a command of the practice server ends when it fails. */
import { Stop } from '@stories/shared'

/**
 * Runs a command; a failure becomes a clear message on stderr and the exit code: 2 for wrong usage, 1 for
 * anything else.
 */
export async function orderly(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    console.error(message)
    process.exitCode = error instanceof Stop ? error.code : code?.startsWith('ERR_PARSE_ARGS') ? 2 : 1
  }
}
