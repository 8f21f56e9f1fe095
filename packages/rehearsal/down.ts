/**
 * Removes every practice server, and the Docker daemon if `up` started it. Golden states stay, so that the next one is up in seconds.
 *
 * Usage: tsx packages/rehearsal/down.ts [--name NAME] [--all]
 *   --name NAME   this practice server alone
 *   --all         the golden states too
 */
import { parseArgs } from 'node:util'
import { down } from './practice.ts'

const { values } = parseArgs({
  options: { name: { type: 'string' }, all: { type: 'boolean', default: false } },
})
await down(values.name, { all: values.all, say: (line) => console.error(line) })
