/**
 * Brings up a practice server and says how to reach it.
 *
 * Usage: tsx packages/rehearsal/up.ts [--shape plan|live] [--name NAME] [--size MB] [--uploads MB]
 */
import { parseArgs } from 'node:util'
import { misuse } from '@stories/shared'
import { up } from './practice.ts'
import { orderly } from './report.ts'
import { site } from './settings.ts'

const options = {
  shape: { type: 'string', default: 'plan' },
  name: { type: 'string' },
  size: { type: 'string', default: '50' },
  uploads: { type: 'string', default: '20' },
} as const
const started = Date.now()
const say = (line: string) => {
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  console.error(`${seconds.padStart(6)} s  ${line}`)
}

await orderly(async () => {
  const { shape, name = shape, size, uploads } = parseArgs({ options }).values
  if (shape !== 'plan' && shape !== 'live') misuse(`--shape is plan or live, not ${shape}`)
  if (!/^[a-z0-9][a-z0-9-]*$/.test(name)) misuse(`--name takes small letters, digits and dashes, not ${name}`)
  const [sizeMb, uploadsMb] = [Number(size), Number(uploads)]
  if (!(sizeMb > 0 && uploadsMb > 0)) misuse('--size and --uploads take megabytes')

  const { address, dir, sshKey, container, envFile } = await up({ shape, name, sizeMb, uploadsMb, say })
  say('up')
  console.log(`ssh -i ${sshKey} -o UserKnownHostsFile=${dir}/known_hosts ubuntu@${address}
curl --cacert ${dir}/ca.pem --connect-to ::${address}: https://${site}/
docker exec -it ${container} bash
settings for the scripts: ${envFile}`)
})
