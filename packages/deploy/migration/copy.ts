import {
  copying,
  countRows,
  EXIT,
  migratorOf,
  type Names,
  type Opened,
  type ReleaseFiles,
  refuse,
  remembered,
  run,
  Stop,
  say,
  server,
} from '@stories/shared'
import type { Target } from '../image.ts'
import { failureOf, wordsOf } from './failure.ts'
import { isConsented, schemaOf } from './hold.ts'
import { type Loading, loadPrisma, productionPlace } from './migrator.ts'
import type { Proof } from './proof.ts'
import { migrate } from './recipe.ts'

/**
 * Lets Prisma load, which takes it a second or two, while phase 4 still looks whether everything is as it was tested. It has
 * done nothing and reached nothing before it is told to go on, and ends by itself when this process does.
 * Not where somebody may have to be asked first, nor for a recipe that Prisma does not run.
 */
export function loadAhead(
  { database, found, files }: Opened & { files: ReleaseFiles },
  names: Names,
): Loading | undefined {
  const stale = found.others.some(({ labels }) => labels['stories.migrator'] === names.next)
  if (run.dryRun || run.from > 4 || stale || !files.proof) return undefined
  const proof = JSON.parse(files.proof) as Proof
  if (proof.recipe !== 'deploy' || !isConsented(proof)) return undefined
  const place = productionPlace(database, names.next)
  const first = copying(database, names.live, names.next)
  return loadPrisma(migratorOf(files.target), place, ['migrate', 'deploy'], first)
}

/**
 * Copies the live database and brings the copy to the target's schema by the proven recipe. The live one is only read.
 * Whatever an earlier run left behind, a copy half migrated or a migrator that outlived its operator, goes first.
 * @param loading see {@link loadAhead}
 */
export async function migrateCopy(
  { database }: Opened,
  target: Target,
  names: Names,
  { proof, sql }: { proof: Proof; sql: string },
  loading: Loading | undefined,
): Promise<void> {
  if (!loading)
    await server`docker ps -aq --filter label=stories.migrator=${names.next} | xargs -r docker rm -f > /dev/null`
  const place = productionPlace(database, names.next)
  const first = copying(database, names.live, names.next)
  const work = loading
    ? loading.go()
    : migrate(target, database, place, proof.recipe, sql, proof.migrations, first)
  await work.catch((error: unknown) => {
    if (error instanceof Stop) throw error
    const { says } = failureOf(wordsOf(error))
    throw new Stop(EXIT.failed, `${says}; ${names.live} is untouched`)
  })
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
  // Two psql, for a server of two cores: the copy's rows are asked with the other questions about it.
  const [before, after] = await Promise.all([
    countRows(database, names.live),
    countRows(database, names.next, false),
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
