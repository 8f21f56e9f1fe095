import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { quote } from '@stories/shared'
import { keeper } from '../../../shared/lock.ts'
import { loadSettings } from '../../../shared/settings.ts'
import { ssh, type Transport } from '../../../shared/transport.ts'
import { inside, type Practice } from '../../practice.ts'

const ROOT = '/home/ubuntu/races'

/** One operator's end of the lock. */
interface Side {
  /** `ready` for who has it, `held` for the other one; empty when the server said nothing. */
  answer: string
  giveBack: () => Promise<unknown>
}

/** Asks the real remote end of the lock for it. */
async function take(transport: Transport, name: string): Promise<Side> {
  const child = transport(keeper(ROOT, randomBytes(12).toString('hex'), name, false, 0), {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  const closed = once(child, 'close')
  const first = await Promise.race([once(child.stdout!.setEncoding('utf8'), 'data'), closed])
  const giveBack = () => {
    child.stdin!.end()
    return closed
  }
  return { answer: typeof first[0] === 'string' ? (first[0].split(/\s/)[0] ?? '') : '', giveBack }
}

/**
 * Lets two operators reach for the lock at the same moment, over ssh, again and again. Each keeps what it got until the
 * other has its answer, so that two holders cannot go unnoticed.
 * @returns how often both had it, and how often nobody had
 */
export async function races(practice: Practice, count: number): Promise<{ both: number; nobody: number }> {
  const transport = ssh(loadSettings(practice.envFile, {}))
  await inside(practice, `rm -rf ${quote(ROOT)}; install -d -m 0700 -o ubuntu -g ubuntu ${quote(ROOT)}`)
  const result = { both: 0, nobody: 0 }
  for (let round = 0; round < count; round++) {
    const sides = await Promise.all([take(transport, 'ann@here'), take(transport, 'bob@there')])
    const holders = sides.filter(({ answer }) => answer === 'ready').length
    if (holders === 2) result.both++
    if (holders === 0) result.nobody++
    await Promise.all(sides.map(({ giveBack }) => giveBack()))
  }
  await inside(practice, `rm -rf ${quote(ROOT)}`)
  return result
}
