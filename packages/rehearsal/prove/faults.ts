/**
 * Proves that a deployment can die anywhere: killed, cut off, rebooted, out of space or met by another operator, at every
 * step's border and at random moments. Afterwards status.ts tells the truth, and going on or going back ends all new or all
 * old, with every row and upload, and nothing left lying about.
 */
import { setTimeout as pause } from 'node:timers/promises'
import { runBundles } from '../operator.ts'
import { find } from '../practice.ts'
import type { Shape } from '../state.ts'
import { writeJson } from '../state.ts'
import { amountOf, detailsOf, type Options } from './campaign.ts'
import { type Boundary, campaign, killBorders, shareOf, shortCampaign, untried } from './faults/cases.ts'
import { lane } from './faults/lane.ts'
import { races } from './faults/races.ts'
import type { Result } from './faults/trial.ts'

export const title =
  'Killed, cut off, rebooted, out of space, two operators: all new or all old, at every step and any moment'

/** After so many minutes no new case begins: who wants the figure within the hour gets it, with what was left out. */
const MINUTES = amountOf('PROVE_MINUTES', 54)

/**
 * The whole campaign on both shapes of server side by side, each taking its part; `short` is a handful on the
 * plan's shape.
 * @returns the line that says how many faults were survived; the details of each are kept
 */
export default async function faults({ short, seed, say }: Options): Promise<string> {
  const results: Result[] = []
  const since = Date.now()
  const shapes: Shape[] = short ? ['plan'] : ['plan', 'live']
  const race = { count: short ? 50 : 1000, both: 0, nobody: 0 }
  say(`seed ${seed}`)
  await runBundles()
  const keep = (result: Result) => {
    results.push(result)
    writeJson(detailsOf('faults'), { seed, races: race, seconds: (Date.now() - since) / 1000, results })
  }
  const [claimed, borders] = [new Set<string>(), new Set<string>()]
  const whole = (boundaries: Boundary[], index: number) => {
    const cases = campaign(boundaries, seed)
    for (const border of killBorders(cases)) borders.add(border)
    return shareOf(cases, index, shapes.length)
  }
  const left = await Promise.all(
    shapes.map(async (shape, index) => {
      await pause(index * 1000)
      return lane(
        shape,
        (boundaries) => (short ? shortCampaign(boundaries, seed) : whole(boundaries, index)),
        say,
        keep,
        since + MINUTES * 60_000,
        claimed,
      )
    }),
  )
  const rest = untried(left)
  if (rest > 0) say(`${rest} cases were not tried within ${MINUTES} minutes`)
  const practice = find('faults')
  if (practice) Object.assign(race, await races(practice, race.count))
  writeJson(detailsOf('faults'), { seed, races: race, seconds: (Date.now() - since) / 1000, results })
  say(
    `${race.count} races of two operators: both had the lock ${race.both} times, nobody ${race.nobody} times`,
  )

  const moments = results.filter(({ random }) => random).length
  say(`${results.length} faults struck, ${moments} of them at random moments`)
  if (!short) say(`the operator was killed at ${claimed.size} of ${borders.size} borders`)

  const survived = results.filter(({ wrong }) => wrong.length === 0).length
  const sum = (key: 'rowsLost' | 'uploadsLost') => results.reduce((total, result) => total + result[key], 0)
  if (race.both > 0) throw new Error(`two operators had the lock at once, ${race.both} times`)
  return `faults survived ${survived}/${results.length}, rows lost ${sum('rowsLost')}, uploads lost ${sum('uploadsLost')}`
}
