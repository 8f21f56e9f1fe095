/** Measures how long visitors wait: ours against the plan's own order of commands, on one server with the same data. */
import { ask, ends, everyTable } from '../eyes.ts'
import { down, type Practice, up } from '../practice.ts'
import { writeJson } from '../state.ts'
import { detailsOf, type Options } from './campaign.ts'
import { deployAdditive } from './window/additive.ts'
import { plansOrder } from './window/plans-order.ts'

export const title = "the maintenance window, beside the plan's own order of commands"

/** Of the database, in MB; a smaller disk may want less. */
const MEGABYTES = Number(process.env['PROVE_MEGABYTES'] ?? 1000)

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
async function prepare(practice: Practice): Promise<string> {
  for (const script of ['backup/backup', 'backup/verify', 'deploy/test-migration', 'deploy/prepare'])
    await ends(practice, script, ['--yes'], { timeout: 1_800_000 })
  return (await ends(practice, 'deploy/deploy', ['--plan'])).stdout.trim()
}

/** Deploys what was planned, and goes back: what visitors saw of the deployment. */
async function once(practice: Practice, plan: string, consent: string) {
  const words = ['--plan', plan, '--yes', '--consent', consent]
  const { stdout } = await ends(practice, 'deploy/deploy', words)
  await ends(practice, 'rollback/immediate', ['--yes'])
  await removeKept(practice)
  const { window, seen } = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as {
    window: number
    seen: Record<string, number>
  }
  return { window, unanswered: (seen['error'] ?? 0) + (seen['nothing'] ?? 0) }
}

/**
 * The whole campaign; `short` is a part of it that fits into a test.
 * @returns the line that says what was measured; each round is in `.rehearsal/prove/window.json`
 */
export default async function window({ short, say }: Pick<Options, 'short' | 'say'>): Promise<string> {
  const sizes = short ? {} : { sizeMb: MEGABYTES, uploadsMb: 100 }
  const practice = await up({ shape: 'plan', name: 'prove-window', ...sizes, say })
  try {
    const consent = await everyTable(practice)
    const plan = await prepare(practice)
    const ours = []
    for (let round = 0; round < (short ? 1 : 3); round++) {
      ours.push(await once(practice, plan, consent))
      say(`ours: ${(ours.at(-1)!.window / 1000).toFixed(1)} s`)
    }
    const plans = await plansOrder(practice)
    say(`the plan's order: ${(plans.window / 1000).toFixed(1)} s`)
    const fresh = await up({ shape: 'plan', name: 'prove-window', ...sizes, say })
    const additive = await deployAdditive(fresh, say)
    writeJson(detailsOf('window'), { ours, plans, additive })

    const seconds = median(ours.map((one) => one.window)) / 1000
    const theirs = plans.window / 1000
    if (ours.some(({ unanswered }) => unanswered > 0) || additive.failed > 0) process.exitCode = 1
    return `window ${seconds.toFixed(1)} s, plan's order ${theirs.toFixed(1)} s, ratio ${(theirs / seconds).toFixed(1)}; additive: failed requests ${additive.failed} of ${additive.requests}`
  } finally {
    await down('prove-window')
  }
}
