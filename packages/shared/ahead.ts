import { Socket } from 'node:net'
import { EXIT } from './exit.ts'
import { run } from './step.ts'

/** Set in the environment of a script that was started ahead of its turn. */
export const AHEAD = 'STORIES_AHEAD'

/**
 * Where a script that was started ahead of its turn waits for it: it has loaded and knows its flags and settings, and has not
 * looked at the server yet. When whoever started it is gone, it ends without a word.
 * @param warmUp what has to be done once in a process, and can be done before its turn
 */
export async function turn(warmUp: () => Promise<unknown>): Promise<void> {
  if (!process.env[AHEAD]) return
  delete process.env[AHEAD] // what this script starts does not wait
  await warmUp()
  const word = new Socket({ fd: 3 })
  run.closed = true // a Ctrl-C meanwhile is for the script whose turn it is
  word.write('ready')
  await new Promise<void>((resolve) => {
    word.once('data', () => resolve())
    word.once('close', () => process.exit(EXIT.interrupted))
    word.on('error', () => {})
  })
  word.removeAllListeners('close').destroy()
  run.closed = false
}
