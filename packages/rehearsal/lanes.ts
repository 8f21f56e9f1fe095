/** Lanes: end-to-end tests run side by side, each lane with practice servers of its own. */
import { availableParallelism } from 'node:os'
import { nameOf, servers } from './container.ts'
import { dockerAnswers, stopDocker } from './docker.ts'
import { exclusively } from './lock.ts'
import { down, type Practice, up } from './practice.ts'
import type { Say, Shape } from './state.ts'

export const shapes: Shape[] = ['plan', 'live']

/** Small: what is tried here does not depend on how much there is, and every test begins with a copy of it. */
export const size = { sizeMb: 5, uploadsMb: 2 }

/** The variable that tells a test file which practice server of a shape is its own. */
const variable = (shape: Shape) => `STORIES_E2E_${shape.toUpperCase()}`

/** For each lane, its servers' names as the environment of a test file. */
export const lanes: Record<string, string>[] = Array.from(
  { length: Math.min(2, availableParallelism()) },
  (_, lane) =>
    Object.fromEntries(
      shapes.map((shape) => [variable(shape), `e2e-${shape}${lane === 0 ? '' : `-${lane + 1}`}`]),
    ),
)

/**
 * The practice server of this test file, fresh from its golden state each time it is asked for. A file that is run by
 * hand removes it at its end, unless the environment names one (STORIES_E2E_PLAN=mine): that stays for a look.
 */
export async function server(shape: Shape): Promise<Practice> {
  const named = process.env[variable(shape)]
  const name = named ?? `e2e-${shape}`
  if (!named) process.once('beforeExit', () => down(name))
  return up({ shape, name, ...size })
}

/**
 * Remembers which practice servers of this checkout there are. Gives what removes all others, whoever brought them up,
 * and stops the Docker daemon if it was started for them and nothing else runs on it.
 */
export async function rememberServers(): Promise<(say?: Say) => Promise<void>> {
  const there = async (): Promise<string[]> => ((await dockerAnswers()) ? servers() : [])
  const kept = await there()
  return async (say = () => {}) => {
    for (const container of await there())
      if (!kept.includes(container)) await down(nameOf(container), { say })
    await exclusively('docker', () => stopDocker(say))
  }
}
