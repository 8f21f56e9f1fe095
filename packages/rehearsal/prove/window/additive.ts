import { call } from '../../operator.ts'
import type { Practice } from '../../practice.ts'
import { type Load, load } from './load.ts'
import { environment, layAdditive } from './target.ts'

/** The scripts that come before, while nobody is counted: they run with a window too. */
const BEFORE = ['backup/backup', 'backup/verify', 'deploy/test-migration', 'deploy/prepare']

/** What an additive deployment without a window came to. */
export interface Additive extends Load {
  /** Seconds that without-window.ts took. */
  seconds: number
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

/** Runs a script and demands that it succeeds. */
async function succeed(practice: Practice, script: string): Promise<number> {
  const { code, ms, stderr } = await call(practice, script, ['--yes'], { environment })
  if (code !== 0) throw new Error(`${script}.ts ended with ${code}\n${stderr.slice(-3000)}`)
  return ms
}

/** Brings a fresh practice server to the point where a change that is proven additive can be deployed. */
export async function prepareAdditive(practice: Practice, say: (line: string) => void): Promise<void> {
  await layAdditive(practice)
  for (const script of BEFORE) say(`${script} ${await succeed(practice, script)} ms`)
}

/**
 * Deploys an additive change to a fresh practice server without a window, while it is visited.
 * @param perSecond requests a second, from two seconds before it begins until two seconds after its end
 * @returns what came of the requests: `failed` counts every one that did not get the answer that it wanted
 */
export async function deployAdditive(
  practice: Practice,
  say: (line: string) => void = () => {},
  perSecond = 100,
): Promise<Additive> {
  await prepareAdditive(practice, say)
  const leave = load(practice, perSecond)
  try {
    await pause(2000)
    const ms = await succeed(practice, 'deploy/without-window')
    await pause(2000)
    return { ...(await leave()), seconds: ms / 1000 }
  } catch (error) {
    await leave()
    throw error
  }
}
