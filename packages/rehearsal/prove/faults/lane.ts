import { type Practice, up } from '../../practice.ts'
import type { Say, Shape } from '../../state.ts'
import { type Boundary, type Case, claim, dealt, earlier, isOpen, release } from './cases.ts'
import { type Ground, lay } from './ground.ts'
import { cross, evidence, type Result, trial } from './trial.ts'

/** Small, so that a case takes seconds: what is tested does not depend on the size. */
const size = { sizeMb: 5, uploadsMb: 2 }

/** Brings up a practice server and takes it through everything once. */
export async function newGround(shape: Shape, say: Say): Promise<Ground> {
  const name = shape === 'plan' ? 'faults' : `faults-${shape}`
  const practice: Practice = await up({ shape, name, ...size, say: (line) => say(`${shape}: ${line}`) })
  return lay(practice, say)
}

/**
 * Runs cases one after the other on one server: each begins where the one before it has ended. After one that was not
 * survived the next begins on a new server. A random moment that came too late is met earlier.
 * @param choose makes the cases of the borders that this server passed
 * @param deadline when no new case begins any more (as Date.now())
 * @param claimed the borders at which a lane has killed the operator: no other one does it again
 * @returns the cases that were left
 */
export async function lane(
  shape: Shape,
  choose: (boundaries: Boundary[]) => Case[],
  say: Say,
  keep: (result: Result & { evidence?: string }) => void,
  deadline = Number.POSITIVE_INFINITY,
  claimed = new Set<string>(),
): Promise<Case[]> {
  let ground = await newGround(shape, say)
  let left = choose(ground.boundaries)
  const open = () => left.filter((one) => isOpen(one, claimed))
  let stands: 'old' | 'new' = 'old'
  while (open().length > 0 && Date.now() < deadline) {
    const one = dealt(open(), stands)
    if (one) claim(one, claimed)
    left = left.filter((other) => other !== one)
    const result = await (one ? trial(ground, one) : cross(ground, stands))
    const survived = result.wrong.length === 0 && result.stands !== 'between'
    const came = result.struck || !one ? result.onward : 'the fault came too late'
    say(`${survived ? '✓' : '✗'} ${shape}: ${result.case} (${came}: all ${result.stands}, ${result.ms} ms)`)
    for (const line of result.wrong) say(`    ${line}`)
    if (result.struck || !survived) keep(survived ? result : { ...result, evidence: await evidence(ground) })
    if (one && !result.struck) {
      release(one, claimed)
      if (survived) left.push(...earlier(one))
    }
    if (survived) stands = result.stands as 'old' | 'new'
    else if (open().length > 0) {
      ground = await newGround(shape, say)
      stands = 'old'
    }
  }
  return open()
}
