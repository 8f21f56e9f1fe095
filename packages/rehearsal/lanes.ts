/** Lanes: end-to-end tests run side by side, each lane with practice servers of its own. */
import { availableParallelism } from 'node:os'
import { down, find, type Practice, up } from './practice.ts'
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

/** Removes the servers of all lanes, and the Docker daemon if nothing else runs on the one that was started for them. */
export async function removeLanes(say?: Say): Promise<void> {
  for (const name of lanes.flatMap((lane) => Object.values(lane))) {
    if (find(name)) say?.(`removing ${name}`)
    await down(name)
  }
}
