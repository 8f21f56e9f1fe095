import { setTimeout as pause } from 'node:timers/promises'
import {
  execute,
  markInPlace,
  type Opened,
  type ProcessOutput,
  refuse,
  remembered,
  run,
  say,
  server,
} from '@stories/shared'
import type { Target } from '../image.ts'
import { schemaOf } from '../migration/hold.ts'
import { prisma, productionPlace } from '../migration/migrator.ts'
import type { Standing } from './online.ts'

/** How long visitors may wait for a table at most, and how long one statement may hold it (milliseconds). */
const PATIENCE = { lock: 1000, statement: 3000 }
const TRIES = 5

const LIMITS = `\\set VERBOSITY verbose
SET lock_timeout = ${PATIENCE.lock};
SET statement_timeout = ${PATIENCE.statement};`

/** A value that an earlier run has added to an enum already is no fault: each addition is a transaction of its own. */
export const repeatable = (addition: string) =>
  addition.replace(/\bADD\s+VALUE\s+(?!IF\s)/i, 'ADD VALUE IF NOT EXISTS ')

/** Whether psql gave up rather than let visitors wait: for a lock (a moment later it may be free), or in a long statement. */
export function gaveUp(words: string): 'busy' | 'slow' | undefined {
  const code = /ERROR: +(55P03|57014)\b/.exec(words)?.[1]
  return code === undefined ? undefined : code === '55P03' ? 'busy' : 'slow'
}

/**
 * Migrates the live database where it stands, while visitors use it: the SQL that was proven on the copy, as one
 * transaction that waits a second at most for a table. All of it or nothing, however often it is begun.
 * @throws Stop (exit 3) when the tables were too busy each time, with production as it was
 */
export async function migrateInPlace(
  { database, release }: Opened,
  target: Target,
  { proof, sql, migrating }: Standing,
): Promise<void> {
  const place = productionPlace(database, database.name)
  await server`docker ps -aq --filter label=stories.migrator=${database.name} | xargs -r docker rm -f > /dev/null`
  const asProven = async () => (await schemaOf(database, database.name)) === proof.result
  // An earlier run may have died after its COMMIT.
  if (!(migrating && (await asProven()))) {
    await markInPlace(database, release, 'begun')
    const { split } = await import('../migration/classify.ts')
    const { alone, rest } = await split(sql)
    for (const addition of alone)
      await patiently(() => execute(database, database.name, `${LIMITS}\n${repeatable(addition)}`))
    await patiently(() => execute(database, database.name, `${LIMITS}\nBEGIN;\n${rest}\nCOMMIT;`))
  }
  const done = (await remembered(database)).filter(({ finished, rolledBack }) => finished && !rolledBack)
  for (const name of proof.migrations.filter((name) => !done.some((row) => row.name === name)))
    await prisma(target.migrator, place, ['migrate', 'resolve', '--applied', name])
  if (!run.dryRun && !(await asProven()))
    refuse(`${database.name} has another schema than came out on the copy`)
  await markInPlace(database, release, 'done')
}

/** Runs a transaction, again when a table was busy: in between everybody who waited gets their turn. */
async function patiently(work: () => Promise<unknown>): Promise<void> {
  for (let left = TRIES; ; ) {
    try {
      await work()
      return
    } catch (error) {
      const words = String((error as Partial<ProcessOutput>).stderr ?? '')
      const why = gaveUp(words)
      if (!why) throw error
      const what = /ERROR: +\w+: (.*)/.exec(words)?.[1] ?? ''
      if (why === 'slow' || --left === 0)
        refuse(
          `The database is too ${why} to be changed without a window, and nothing of it was changed: ${what}`,
          'tsx packages/rollback/immediate.ts, then try again at a quiet hour or deploy with the window',
        )
      say(`  a table is in use for longer than ${PATIENCE.lock / 1000} s; ${left} more tries`)
      await pause(2000)
    }
  }
}
