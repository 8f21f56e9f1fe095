import { confirm, refuse, run, Stop, say, until } from '@stories/shared'

const SETTLE_SECONDS = 10

/** What is broken, `none` when nothing is, and how one sees it. */
export interface Diagnosis<Fault extends string> {
  fault: Fault | 'none'
  says: string
}

/** How a fault is repaired: what the operator is asked, and the work. A fault without a repair is only named. */
export type Repairs<Fault extends string> = Partial<
  Record<Fault, [question: string, work: () => Promise<unknown>]>
>

/**
 * Repairs what is broken, looks again, and goes on until nothing is left that it can repair: behind the innermost broken
 * link another one may be. Each repair is asked for, and tried once.
 * @param first what was found already
 * @returns what is still broken; in a dry run what was found first, as nothing was repaired
 * @throws Stop (exit 3) when a repair did not help, or on a no
 */
export async function repair<Fault extends string>(
  first: Diagnosis<Fault>,
  look: () => Promise<Diagnosis<Fault>>,
  repairs: Repairs<Fault>,
): Promise<Diagnosis<Fault>> {
  const tried = new Set<string>()
  let now = first
  for (;;) {
    const [question, work] = now.fault === 'none' ? [] : (repairs[now.fault] ?? [])
    if (!question || !work) return now
    if (tried.has(now.fault)) refuse(`The repair did not help: ${now.says}`)
    tried.add(now.fault)
    await confirm(`${now.says}. ${question}`)
    await work()
    if (run.dryRun) return now
    now = await settled(now.fault, look)
    say(`  ${now.says}`)
  }
}

/** What is found once a fault has gone by itself or by a repair; after some seconds what is found is what there is. */
export async function settled<Fault extends string>(
  before: string,
  look: () => Promise<Diagnosis<Fault>>,
): Promise<Diagnosis<Fault>> {
  const changed = async () => {
    const now = await look()
    return now.fault === before ? undefined : now
  }
  return until('it to have its effect', SETTLE_SECONDS, changed).catch((error) => {
    if (error instanceof Stop) return look()
    throw error
  })
}
