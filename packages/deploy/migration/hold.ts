import {
  asking,
  bash,
  CATALOG_SQL,
  consent,
  differences,
  type Fingerprint,
  keepCommand,
  MIGRATING_NEXT,
  migrators,
  type Names,
  namesOf,
  type Opened,
  query,
  type ReleaseFiles,
  type Remembered,
  read,
  readFingerprint,
  readRelease,
  refuse,
  remembered,
  say,
  server,
  sha256,
  standingOf,
  table,
} from '@stories/shared'
import { imagesOf } from '../image.ts'
import { catalogOf, historyHash, type Loss, type Proof, schemaHash } from './proof.ts'
import { noRoom, ROOM_NEXT } from './room.ts'
import { inWords } from './window.ts'

const again = 'tsx packages/deploy/test-migration.ts, then tsx packages/deploy/phase4.ts'

/** What differs between the schema that was tested and production's, a few lines of it. */
async function changedSince(directory: string, now: Fingerprint): Promise<string> {
  const kept = await read`cat ${directory}/schema.json 2>/dev/null || echo '{}'`.text()
  const tested = { tables: {}, catalog: JSON.parse(kept) as Fingerprint['catalog'] }
  const lines = differences(tested, { tables: {}, catalog: catalogOf(now) }, 'the test', 'production')
  return [...lines.slice(0, 5), ...(lines.length > 5 ? [`and ${lines.length - 5} more`] : [])].join('; ')
}

/** What the proof is held against: production as it is now. */
interface Production {
  schema: Fingerprint
  memory: Remembered[]
  /** Who migrates. One on the copy is a run of our own that died: it goes with the copy. */
  busy: string[]
}

/** Asks production, in one question. */
export async function productionNow(database: Opened['database'], names: Names): Promise<Production> {
  const [schema, memory, busy] = await Promise.all([
    schemaNow(database, names.live),
    remembered(database),
    migrators(database, names.next),
  ])
  return { schema, memory, busy }
}

/** What was tested on the copy, as it lies on the server now. */
interface Tested {
  sql: string
  images: string
}

/** Reads it. */
export async function testedNow(directory: string, commit: string): Promise<Tested> {
  const [sql, images] = await Promise.all([
    read`cat ${directory}/migration.sql 2>/dev/null || true`.text(),
    imagesOf(commit),
  ])
  return { sql, images }
}

/**
 * The proof that phase 4 holds to: the same commit and images, the same SQL, the same schema and history as on the copy.
 * @param swapped the migrated copy is the live database already: of its own state nothing is left to compare
 * @param production as it was found; it is asked when it could not be before
 * @throws Stop (exit 3) that says what changed since, or who is in the way
 */
export async function holdTo(
  { directory, release, database }: Opened,
  files: ReleaseFiles,
  { sql, images }: Tested,
  swapped: boolean,
  production: Production | undefined,
): Promise<{ proof: Proof; sql: string }> {
  if (!files.proof) refuse('The migration was not tested on a copy', again)
  const proof = JSON.parse(files.proof) as Proof
  if (proof.commit !== files.target)
    refuse(`Tested was ${proof.commit.slice(0, 10)}, deployed is ${files.target.slice(0, 10)}`, again)
  if (sha256(sql) !== proof.sql && !(sql === '-- nothing to do\n' && proof.sql === sha256('')))
    refuse(
      `migration.sql is not what was tested on the copy: its SHA-256 was ${proof.sql.slice(0, 12)}…, is ${sha256(sql).slice(0, 12)}…`,
      again,
    )
  if (swapped) return { proof, sql }
  if (images !== proof.images)
    refuse('The images are not the ones that were tested: somebody built them anew', again)
  const { schema, memory, busy } =
    production ?? (await productionNow(database, namesOf(database.name, release)))
  if (busy.length > 0) refuse(`Somebody holds Prisma's migration lock: ${busy.join('; ')}`, MIGRATING_NEXT)
  if (schemaHash(schema) !== proof.schema)
    refuse(
      `Production's schema is not the one that was tested: ${await changedSince(directory, schema)}`,
      again,
    )
  if (historyHash(memory) !== proof.history)
    refuse(
      `What production remembers of its migrations is not what was tested; its last is ${memory.at(-1)?.name ?? 'none'}`,
      again,
    )
  return { proof, sql }
}

/**
 * There must be room for the copy that phase 4 makes, as large as it became on the scratch copy.
 * @param free bytes, see {@link freeBeside}
 * @throws Stop (exit 3) that says how much is missing
 */
export function needRoom({ room }: Proof, free: number): void {
  const full = noRoom(free, room)
  if (full) refuse(full, ROOM_NEXT)
}

/** A database's schema as it is now. */
const schemaNow = async (database: Opened['database'], name: string): Promise<Fingerprint> =>
  readFingerprint((await query(database, name, CATALOG_SQL)).map((row) => row.join('\t')).join('\n'))

/** Its hash; see {@link Proof}. */
export const schemaOf = async (database: Opened['database'], name: string): Promise<string> =>
  schemaHash(await schemaNow(database, name))

/** The word that stands for one loss: the table's name, or table and column. */
const wordOf = ({ what, name }: Loss) =>
  name
    .split('.')
    .slice(what === 'table' ? -1 : -2)
    .join('.')

/** The words that consent to everything a migration loses. */
const wordsOf = (proof: Proof) => proof.losses.filter(({ rows }) => rows > 0).map(wordOf)

/** Whether nobody has to be asked for that: `--consent` has every word. */
export const isConsented = (proof: Proof) => wordsOf(proof).every((word) => asking.consent.includes(word))

/** Asks for a typed consent, the table's name, for each table that goes with its rows. */
export async function consentTo(proof: Proof): Promise<void> {
  for (const loss of proof.losses) {
    const { what, name, rows } = loss
    if (rows > 0)
      await consent(
        `${what} ${name} goes, with ${rows} rows (they stay in the old database and in the backup)`,
        wordOf(loss),
      )
  }
}

/** Shows what a migration loses, with the rows that go. */
export function sayLosses(losses: Loss[]): void {
  if (losses.length === 0) say('  nothing is lost')
  else
    for (const line of table([
      ['lost', 'name', 'rows'],
      ...losses.map(({ what, name, rows }) => [what, name, rows]),
    ]))
      say(`  ${line}`)
}

/** Writes the proof and the schema that it holds for into the release directory, and says what it means. */
export async function keepProof(
  directory: string,
  proof: Proof,
  before: Fingerprint,
  size: number,
): Promise<void> {
  say(
    `  recipe ${proof.recipe}; ${proof.additive ? 'additive: the old app can run beside it' : 'not additive: it needs the window'}`,
  )
  say(`  ${inWords(proof.predicted, size)}`)
  const schema = JSON.stringify(catalogOf(before))
  await server({ input: `${schema}\n` })(bash(keepCommand(`${directory}/schema.json`)))
  await server({ input: `${JSON.stringify(proof, null, 2)}\n` })(bash(keepCommand(`${directory}/proof.json`)))
}

/**
 * Asks for the consent to what a proven migration loses at once, before visitors wait for it; not again when it was done already.
 * @param directory the release directory; empty in a dry run on a server without a backup
 * @returns the words, for phase4.ts
 */
export async function consentEarly({ database }: Opened, directory: string): Promise<string[]> {
  if (!directory) return []
  const { proof, manifest } = await readRelease(directory)
  if (!proof) return []
  const agreed = JSON.parse(proof) as Proof
  const { swapped } = await standingOf(database, namesOf(database.name, manifest.release), manifest.release)
  if (!swapped) await consentTo(agreed)
  return wordsOf(agreed)
}
