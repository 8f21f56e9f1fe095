/** Measures how long visitors wait: ours against the plan's own order of commands, on one server with the same data. */
import type { Testimony } from '../../deploy/run/testimony.ts'
import { ask, ends, everyTable } from '../eyes.ts'
import { down, type Practice, up } from '../practice.ts'
import { writeJson } from '../state.ts'
import { amountOf, demandPart, detailsOf, type Options } from './campaign.ts'
import { deployAdditive } from './window/additive.ts'
import { compareWithBare } from './window/bare.ts'
import { layNext } from './window/next.ts'
import { plansOrder } from './window/plans-order.ts'

export const title = "the maintenance window, beside the plan's own order of commands"

/** Of the database, in MB; a smaller disk may want less. */
const MEGABYTES = amountOf('PROVE_MEGABYTES', 1000)

const inSeconds = (ms: number) => (ms / 1000).toFixed(1)
const median = (numbers: number[]) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0

/** The databases that rounds before have kept beside the live one. */
async function removeKept(practice: Practice): Promise<void> {
  await ask(
    practice,
    String.raw`SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE datname LIKE 'stories\_db\_after\_%' \gexec`,
    'postgres',
  )
}

/** Prepares a deployment as `deploy.ts` does before the window. */
async function prepare(practice: Practice, say: Options['say']): Promise<string> {
  for (const script of ['backup/backup', 'backup/verify', 'deploy/test-migration', 'deploy/prepare']) {
    const { ms } = await ends(practice, script, ['--yes'], { timeout: 1_800_000 })
    say(`${script} ${inSeconds(ms)} s`)
  }
  return (await ends(practice, 'deploy/deploy', ['--plan'])).stdout.trim()
}

/** Deploys what was planned, and goes back: what visitors saw of the deployment. */
async function once(practice: Practice, plan: string, consent: string) {
  const words = ['--plan', plan, '--yes', '--consent', consent]
  const { stdout } = await ends(practice, 'deploy/deploy', words)
  await ends(practice, 'rollback/immediate', ['--yes'])
  await removeKept(practice)
  const { window, seen, closed } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Testimony
  return { window, closed, unanswered: seen.error + seen.nothing - closed }
}

/** Our window and the plan's, on one server with the same data. */
async function windows(fresh: () => Promise<Practice>, short: boolean, say: Options['say']) {
  const practice = await fresh()
  if (!short) await layNext(practice, say)
  const consent = await everyTable(practice)
  const plan = await prepare(practice, say)
  const ours = []
  for (let round = 0; round < (short ? 1 : 3); round++) {
    ours.push(await once(practice, plan, consent))
    const { window, closed } = ours.at(-1)!
    say(`ours: ${inSeconds(window)} s${closed > 0 ? `, ${closed} kept connections closed by a reload` : ''}`)
  }
  const plans = await plansOrder(practice)
  say(
    `the plan's order: ${inSeconds(plans.window)} s, ${inSeconds(plans.building)} s of it building the image`,
  )
  if (ours.some(({ unanswered }) => unanswered > 0)) process.exitCode = 1
  return { ours, plans, window: median(ours.map((one) => one.window)) }
}

/**
 * The whole campaign, or one part of it: `window`, `additive`, or `total`, how long all of deploy.ts takes beside one bare
 * script of the same commands. `short` is what fits into a test.
 * @returns the line that says what was measured; each round is in `.rehearsal/prove/window.json`
 */
export default async function window({ short, only, say }: Omit<Options, 'seed'>): Promise<string> {
  demandPart(only ?? '', ['window', 'additive', 'total'])
  const asked = (part: string) => !only || only === part
  const sizes = short ? {} : { sizeMb: MEGABYTES, uploadsMb: 100 }
  const fresh = () => up({ shape: 'plan', name: 'prove-window', ...sizes, say })
  const details: Record<string, unknown> = {}
  const keep = (part: string, result: object) => {
    details[part] = result
    writeJson(detailsOf('window'), details)
  }
  const lines: string[] = []
  try {
    if (asked('total') && !short) {
      const totals = await compareWithBare(fresh, [0, 100], say)
      keep('totals', totals)
      const figures = totals.map(
        ({ roundTrip, ours, bare }) => `${(ours / bare).toFixed(2)} x at ${roundTrip} ms`,
      )
      if (only) lines.push(`deploy.ts takes as long as one bare script ${figures.join(', ')}`)
    }
    if (asked('window')) {
      const { plans, window, ours } = await windows(fresh, short, say)
      keep('windows', { ours, plans })
      const ratio = (plans.window / window).toFixed(1)
      lines.push(`window ${inSeconds(window)} s, plan's order ${inSeconds(plans.window)} s, ratio ${ratio}`)
    }
    if (asked('additive')) {
      const additive = await deployAdditive(await fresh(), say)
      keep('additive', additive)
      if (additive.failed > 0) process.exitCode = 1
      lines.push(`additive: failed requests ${additive.failed} of ${additive.requests}`)
    }
    return lines.join('; ')
  } finally {
    await down('prove-window')
  }
}
