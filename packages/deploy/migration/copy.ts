import {
  copying,
  countRows,
  EXIT,
  type Names,
  type Opened,
  refuse,
  remembered,
  run,
  Stop,
  say,
  server,
} from '@stories/shared'
import type { Target } from '../image.ts'
import { failureOf, wordsOf } from './failure.ts'
import { schemaOf } from './hold.ts'
import { productionPlace } from './migrator.ts'
import type { Proof } from './proof.ts'
import { migrate } from './recipe.ts'

/**
 * Copies the live database and brings the copy to the target's schema by the proven recipe. The live one is only read.
 * Whatever an earlier run left behind, a copy half migrated or a migrator that outlived its operator, goes first.
 */
export async function migrateCopy(
  { database }: Opened,
  target: Target,
  names: Names,
  proof: Proof,
  sql: string,
): Promise<void> {
  await server`docker ps -aq --filter label=stories.migrator=${names.next} | xargs -r docker rm -f > /dev/null`
  const place = productionPlace(database, names.next)
  const first = copying(database, names.live, names.next)
  await migrate(target, database, place, proof.recipe, sql, proof.migrations, first).catch(
    (error: unknown) => {
      if (error instanceof Stop) throw error
      const { says } = failureOf(wordsOf(error))
      throw new Stop(EXIT.failed, `${says}; ${names.live} is untouched`)
    },
  )
}

/**
 * Prisma found no difference to the code in this very schema when it came out on the tested copy: asking it again takes 2 s.
 * @throws Stop (exit 3) when this time something else came out
 */
async function cameOutAsProven(database: Opened['database'], names: Names, proof: Proof): Promise<void> {
  const [memory, schema] = await Promise.all([
    remembered(database, names.next),
    schemaOf(database, names.next),
  ])
  const done = new Set(memory.filter(({ finished }) => finished).map(({ name }) => name))
  const left = proof.migrations.filter((name) => !done.has(name))
  if (left.length > 0 || schema !== proof.result)
    refuse(
      `The migration came out otherwise than on the tested copy${left.length > 0 ? `, without ${left.join(', ')}` : ''}`,
    )
}

/**
 * What came out on the copy must be what was proven, and every table that the migration keeps must have every row.
 * @throws Stop (exit 3) that names what is not so
 */
export async function verifyCopy({ database }: Opened, names: Names, proof: Proof): Promise<void> {
  if (run.dryRun) return
  const gone = new Set(proof.losses.map(({ name }) => name))
  const [before, after] = await Promise.all([
    countRows(database, names.live),
    countRows(database, names.next),
    cameOutAsProven(database, names, proof),
  ])
  const kept = [...before].filter(([name]) => !gone.has(name))
  const wrong = kept.filter(([name, rows]) => after.get(name) !== rows)
  if (wrong.length > 0) {
    refuse(
      wrong
        .map(([name, rows]) => `${name}: ${rows} rows before, ${after.get(name) ?? 'none'} after`)
        .join('\n'),
    )
  }
  say(`  ${kept.length} tables kept with every row`)
}
