/**
 * Rehearses the whole plan on a practice server: backup, verification, the migration on a copy, six phases, checks, rollback.
 * Says what it took, how long visitors were shut out, and whether everything was as before at the end.
 *
 * Usage: npm run rehearse [-- --shape plan|live|both] [-- --keep] [-- --size MB]
 *   --shape   the plan's server (docker-compose 1.29, host nginx), the live one (Compose v2, nginx in a container), or both
 *   --keep    leave the server up afterwards, to try any script on it by hand; npm run rehearse:down removes it
 *   --size    megabytes of data in the database, 50 without it
 */
import { parseArgs } from 'node:util'
import { Stop } from '@stories/shared'
import { endCalls } from './operator.ts'
import { down, up } from './practice.ts'
import { rehearsal } from './rehearsal.ts'
import type { Shape } from './state.ts'

const options = {
  shape: { type: 'string', default: 'plan' },
  keep: { type: 'boolean', default: false },
  size: { type: 'string', default: '50' },
} as const
const { values } = parseArgs({ options })
const shapes: Shape[] =
  values.shape === 'both' ? ['plan', 'live'] : values.shape === 'live' ? ['live'] : ['plan']
if (!['plan', 'live', 'both'].includes(values.shape)) {
  console.error(`--shape: "${values.shape}" is not plan, live or both, for example --shape live`)
  process.exit(2)
}

const since = Date.now()
const clock = () => `${((Date.now() - since) / 1000).toFixed(1).padStart(6)} s`
const say = (line: string) => console.error(`${clock()}  ${line}`)
const remove = async () => {
  for (const shape of shapes) await down(`rehearse-${shape}`, { say })
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    say('interrupted: removing what was started')
    endCalls()
    if (!values.keep) await remove().catch(() => {})
    process.exit(130)
  })
}

let failed = false
try {
  for (const shape of shapes) {
    const practice = await up({ shape, name: `rehearse-${shape}`, sizeMb: Number(values.size), say })
    say(`the ${shape} server is up at ${practice.address}`)
    failed = !(await rehearsal(practice, say)) || failed
    if (values.keep)
      console.log(
        `\nThe server stays up. Try any script on it:\n  export STORIES_ENV_FILE=${practice.envFile}\n  npx tsx packages/deploy/status.ts\n  npm run rehearse:down   # when you are done`,
      )
  }
} catch (error) {
  console.error(error instanceof Stop ? error.message : error)
  failed = true
  process.exitCode = error instanceof Stop ? error.code : 1
} finally {
  if (!values.keep) await remove()
}
if (failed) process.exitCode ||= 1
