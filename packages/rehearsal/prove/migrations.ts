/** Proves that the classifier never calls an unsafe migration additive, that broken ones are stopped, and that times are foretold. */
import { judgeCorpus } from '../../deploy/migration/corpus.ts'
import { ends } from '../eyes.ts'
import { differences, down, fingerprint, up } from '../practice.ts'
import { readJson, writeJson } from '../state.ts'
import { amountOf, demandPart, detailsOf, type Options } from './campaign.ts'
import { BROKEN } from './migrations/broken.ts'
import { killed, lockTimeout, meet, type Stopped, withoutConsent } from './migrations/cases.ts'
import { lay, upToPhase4 } from './migrations/ground.ts'
import { type Times, timesOf } from './migrations/times.ts'
import { type Held, hold, VERSIONS } from './migrations/versions.ts'

export const title =
  'broken migrations are stopped before visitors notice, and what phase 4 takes is foretold'

const SERVER = 'prove-migrations'

/** Of the databases on which phase 4 is foretold; a smaller disk may want less. */
const SIZES = [50, amountOf('PROVE_MEGABYTES', 1000)]

/** Broken migrations on one server and one backup: most before the window, the rest in phase 4; then back. */
async function broken({ short, say }: Pick<Options, 'short' | 'say'>): Promise<Stopped[]> {
  const practice = await up({ shape: 'plan', name: SERVER, sizeMb: 5, uploadsMb: 2, say })
  const results: Stopped[] = []
  const keep = (result: Stopped) => {
    results.push(result)
    const { name, stopped, reason, wrong, ms } = result
    say(`${stopped ? 'stopped' : 'NOT STOPPED'}: ${name}, ${Math.round(ms / 1000)} s`)
    for (const line of [reason, ...wrong]) say(`  ${line}`)
  }
  try {
    const ground = await lay(practice)
    const chosen = BROKEN.filter((one) => !short || one.short)
    for (const [number, one] of chosen.entries()) keep(await meet(ground, one, number))
    if (!short) {
      await upToPhase4(ground)
      keep(await lockTimeout(ground))
      keep(await killed(ground))
      await ends(practice, 'rollback/immediate', ['--yes'])
      keep(await withoutConsent(ground))
    }
    const touched = differences(ground.before, await fingerprint(practice))
    if (touched.length > 0) throw new Error(`afterwards the server is another:\n${touched.join('\n')}`)
    return results
  } finally {
    await down(SERVER)
  }
}

/** Whether a time was foretold within 30 %. */
const isForetold = ({ predicted, real }: Times) => Math.abs(predicted.ms / real - 1) <= 0.3

/** What the campaign consists of beside the corpus; each part can be run alone. */
const PARTS = ['broken', 'versions', 'times']

/**
 * The whole campaign; `short` is a part of it that fits into a test.
 * @returns the line that says what was proven; the details are kept, those of a part beside the others'
 */
export default async function migrations({
  short,
  only = '',
  say,
}: Pick<Options, 'short' | 'only' | 'say'>): Promise<string> {
  demandPart(only, PARTS)
  const wanted = (part: string) => (only ? only === part : !short || part === 'broken')
  const { line, unsafe, refused } = await judgeCorpus()
  say(line)
  const results = wanted('broken') ? await broken({ short, say }) : []
  const held: Held[] = []
  for (const [shape, prisma, recipe] of wanted('versions') ? VERSIONS : [])
    held.push(await hold(shape, prisma, recipe, say))
  const times: Times[] = []
  for (const megabytes of wanted('times') ? SIZES : []) times.push(await timesOf(SERVER, megabytes, say))
  const parts = Object.entries({ results, held, times }).filter(([, list]) => list.length > 0)
  const before = readJson<object>(detailsOf('migrations')) ?? {}
  writeJson(detailsOf('migrations'), { ...before, line, unsafe, refused, ...Object.fromEntries(parts) })

  const stopped = results.filter((one) => one.stopped).length
  const lost = held.filter(({ wrong, recipe, expected }) => wrong.length > 0 || recipe !== expected)
  const wrong = unsafe.length + lost.length + times.filter((one) => !isForetold(one)).length
  const slow = times.filter(({ real, bare, megabytes }) => megabytes >= 1000 && real > 2 * bare)
  if (wrong + slow.length > 0 || stopped < results.length) process.exitCode = 1
  const ratios = times.map(({ predicted, real }) => (predicted.ms / real).toFixed(2)).join(' ')
  return [
    line,
    ...(results.length > 0 ? [`broken migrations stopped ${stopped}/${results.length}`] : []),
    ...(ratios ? [`predicted/real ${ratios}`] : []),
    ...(held.length > 0 ? [`shapes and versions held ${held.length - lost.length}/${held.length}`] : []),
  ].join('; ')
}
