import { setTimeout as pause } from 'node:timers/promises'
import { Stop } from './exit.ts'
import { progress } from './log.ts'
import { run } from './step.ts'

/**
 * Asks again and again until the answer is not `undefined`, and says what is awaited. In a dry run it asks once, whatever
 * the answer: what it would wait for was not begun.
 * @param what what is awaited, as shown and as named in the failure
 * @param seconds the deadline
 * @throws Stop (exit 1) when the deadline passes; whatever `look` throws, at once
 */
export async function until<T>(
  what: string,
  seconds: number,
  look: () => Promise<T | undefined>,
  interval = 250,
): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    const answer = await look()
    if (answer !== undefined || run.dryRun) {
      progress('') // what the step does next is no waiting
      return answer as T
    }
    const left = deadline - Date.now()
    if (left <= 0) throw new Stop(1, `${what}: not within ${seconds} s`)
    progress(`waiting for ${what}, ${Math.ceil(left / 1000)} s left`)
    await pause(Math.min(interval, left))
  }
}
