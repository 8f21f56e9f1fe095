/**
 * Runs one of the long campaigns; without a name lists them. Its figure is the last line; exit 1 when it is not whole.
 *
 * Usage: npm run prove [-- NAME] [--short] [--only PART] [--seed N]
 *   --short   a subset that takes about a minute
 *   --only    one part alone, of a campaign that has parts: `backups` has refusals, drill and time, `migrations` has
 *             broken, versions and times, `window` has window, additive and total
 *   --seed    where chance begins, for campaigns that draw lots; 1 without it
 */
import { readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import { misuse } from '@stories/shared'
import { nameOf, servers } from './container.ts'
import { dockerAnswers } from './docker.ts'
import { down } from './practice.ts'
import { type Campaign, isWhole } from './prove/campaign.ts'
import { orderly } from './report.ts'

const folder = join(import.meta.dirname, 'prove')
const campaigns = readdirSync(folder, { withFileTypes: true })
  .filter((file) => file.isFile() && /(?<!\.test|^campaign)\.ts$/.test(file.name))
  .map((file) => basename(file.name, '.ts'))
const load = async (name: string) => (await import(join(folder, `${name}.ts`))) as Campaign

/** Removes the practice servers that a campaign took. */
async function removeServersOf(name: string): Promise<void> {
  if (!(await dockerAnswers())) return
  const taken = (await servers()).map(nameOf)
  const its = new RegExp(`^(prove-)?${name}(-|$)`)
  for (const server of taken) if (its.test(server)) await down(server)
}

const since = Date.now()
const say = (line: string) =>
  console.error(`${((Date.now() - since) / 1000).toFixed(1).padStart(6)} s  ${line}`)

await orderly(async () => {
  const { values, positionals } = parseArgs({
    options: {
      short: { type: 'boolean', default: false },
      only: { type: 'string', default: '' },
      seed: { type: 'string', default: '1' },
    },
    allowPositionals: true,
  })
  const [name, ...more] = positionals
  if (name === undefined) {
    for (const each of campaigns) console.log(`${each.padEnd(12)} ${(await load(each)).title}`)
    return
  }
  if (more.length > 0 || !campaigns.includes(name))
    misuse(`There is no campaign ${positionals.join(' ')}; there are: ${campaigns.join(', ')}`)
  if (!/^\d{1,9}$/.test(values.seed)) misuse(`--seed takes a number, not ${values.seed}`)

  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, async () => {
      say('interrupted: removing what was started')
      await removeServersOf(name).catch((error: Error) => say(error.message))
      process.exit(130)
    })
  }
  const options = { short: values.short, only: values.only, seed: Number(values.seed), say }
  const line = await (await load(name)).default(options).finally(() => removeServersOf(name))
  console.log(line)
  if (!isWhole(line)) process.exitCode = 1
})
