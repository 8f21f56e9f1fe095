/**
 * Brings up a practice server and says how to reach it.
 *
 * Usage: tsx packages/rehearsal/up.ts [--shape plan|live] [--name NAME] [--size MB] [--uploads MB]
 */
import { parseArgs } from 'node:util'
import { MissingTool } from './docker.ts'
import { up } from './practice.ts'
import { site } from './settings.ts'

const options = {
  shape: { type: 'string' },
  name: { type: 'string' },
  size: { type: 'string' },
  uploads: { type: 'string' },
} as const
const { values } = parseArgs({ options })
const { shape = 'plan', name = shape, size = '50', uploads = '20' } = values
if (shape !== 'plan' && shape !== 'live') throw new Error(`--shape is plan or live, not ${shape}`)

const started = Date.now()
const seconds = () => ((Date.now() - started) / 1000).toFixed(1).padStart(6)
try {
  const practice = await up({
    shape,
    name,
    sizeMb: Number(size),
    uploadsMb: Number(uploads),
    say: (line) => console.error(`${seconds()} s  ${line}`),
  })
  const { address, dir, sshKey, container, envFile } = practice
  console.error(`${seconds()} s  up`)
  console.log(`ssh -i ${sshKey} -o UserKnownHostsFile=${dir}/known_hosts ubuntu@${address}
curl --cacert ${dir}/ca.pem --connect-to ::${address}: https://${site}/
docker exec -it ${container} bash
settings for the scripts: ${envFile}`)
} catch (error) {
  if (!(error instanceof MissingTool)) throw error
  console.error(error.message)
  process.exitCode = error.exitCode
}
