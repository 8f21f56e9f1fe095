import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { duration, table } from '@stories/shared'
import { everyTable } from './eyes.ts'
import { call } from './operator.ts'
import { differences, type Fingerprint, fingerprint, inside, type Practice } from './practice.ts'
import { stateDir } from './state.ts'

/** One line of a release's journal. */
interface Entry {
  script: string
  step?: string
  state?: string
  ms?: number
}

/** Rows that a table had before and has no more afterwards, over all tables. */
export function rowsLost(before: Fingerprint, after: Fingerprint): number {
  let lost = 0
  for (const [name, value] of Object.entries(before.data)) {
    const rows = Number(/^\d+/.exec(value)?.[0] ?? 0)
    lost += Math.max(0, rows - Number(/^\d+/.exec(after.data[name] ?? '')?.[0] ?? 0))
  }
  return lost
}

/**
 * The whole plan on a practice server that is up: deploy, look, roll back, compare.
 * @returns whether all of it held
 */
export async function rehearsal(practice: Practice, say: (line: string) => void): Promise<boolean> {
  const before = await fingerprint(practice)
  const words = ['--yes', '--consent', await everyTable(practice)]
  const deployed = await call(practice, 'deploy/deploy', words, {
    hear: (text) => process.stderr.write(text),
  })
  if (deployed.code !== 0) {
    say(`deploy.ts ended with ${deployed.code}`)
    return false
  }
  const seen = JSON.parse(deployed.stdout.split('\n').find((line) => line.startsWith('{')) ?? '{}') as {
    directory: string
    window: number
    broken: number
  }
  const status = JSON.parse((await call(practice, 'deploy/status', ['--json'])).stdout) as { state: string }
  const between = await fingerprint(practice)

  const rolledBack = await call(practice, 'rollback/immediate', ['--yes'], {
    hear: (text) => process.stderr.write(text),
  })
  const after = await fingerprint(practice)
  const wrong = [
    ...(status.state.startsWith('All new') ? [] : [`after deploy.ts the server says: ${status.state}`]),
    ...(differences(before, between, ['code', 'image', 'schema']).length > 0
      ? []
      : ['after deploy.ts nothing had changed']),
    ...(rolledBack.code === 0 ? [] : [`immediate.ts ended with ${rolledBack.code}`]),
    ...differences(before, after).map((line) => `after the rollback ${line}`),
  ]

  const journal = (await inside(practice, `cat ${seen.directory}/journal.jsonl`))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Entry)
  const done = journal.filter(({ state, step }) => state === 'done' && step)
  console.log(`\nTimeline of the ${practice.shape} server`)
  for (const line of table(done.map(({ script, step = '', ms = 0 }) => [script, step, duration(ms)])))
    console.log(`  ${line}`)
  const report = join(stateDir, 'reports', `${practice.shape}.html`)
  mkdirSync(join(stateDir, 'reports'), { recursive: true })
  writeFileSync(report, await inside(practice, `cat ${seen.directory}/report.html 2>/dev/null || true`))
  console.log(`
downtime       ${duration(seen.window)} with the maintenance page, ${duration(seen.broken)} without an answer
rollback time  ${duration(rolledBack.ms)}
rows lost      ${rowsLost(before, after)}
report         ${report}`)
  for (const line of wrong) console.log(`wrong: ${line}`)
  return wrong.length === 0
}
