import { duration, read } from '@stories/shared'
import type { Stage } from './order.ts'
import { readJournal } from './standing.ts'

/** Milliseconds that each stage took the last time, by its title. */
export type Took = Map<string, number>

/** How long each stage took the last time that it was done on this server, as the journals of all releases say. */
export async function tookBefore(root: string): Promise<Took> {
  const lines =
    await read`cat ${root}/[0-9]*/journal.jsonl 2>/dev/null | grep -F '"script":"deploy"' | grep -F '"state":"done"' || true`.text()
  return new Map(readJournal(lines).map(({ step = '', ms = 0 }) => [step, ms]))
}

/**
 * Where a deployment is, in a line: which stage of how many, what visitors see, the time that is left when it takes as long
 * as the last time, and what comes next.
 */
export function whereabouts(stages: Stage[], stage: Stage, took: Took): string {
  const at = stages.indexOf(stage)
  const left = stages.slice(at).map(({ title }) => took.get(title))
  const time = left.includes(undefined)
    ? ''
    : `, about ${duration(left.reduce<number>((sum, ms) => sum + (ms ?? 0), 0))} left`
  const next = stages[at + 1]
  return `[${at + 1}/${stages.length}] ${stage.title}: visitors see ${stage.visitors}${time}${next ? `; next: ${next.title}` : ''}`
}
