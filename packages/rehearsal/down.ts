/**
 * Removes every practice server of this checkout, and the Docker daemon if `up` started it. Golden states
 * stay, so that the next practice server is up in seconds.
 *
 * Usage: tsx packages/rehearsal/down.ts [--name NAME] [--all]
 *   --name NAME   this practice server alone
 *   --all         the golden states too
 */
import { parseArgs } from 'node:util'
import { down } from './practice.ts'
import { orderly } from './report.ts'

const options = { name: { type: 'string' }, all: { type: 'boolean', default: false } } as const

await orderly(async () => {
  const { name, all } = parseArgs({ options }).values
  await down(name, { all, say: (line) => console.error(line) })
})
