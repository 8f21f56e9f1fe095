import {
  bash,
  CATALOG_SQL,
  consent,
  keepCommand,
  namesOf,
  type Opened,
  query,
  type ReleaseFiles,
  read,
  readFingerprint,
  readRelease,
  refuse,
  say,
  server,
  standingOf,
  table,
} from '@stories/shared'
import type { Target } from './image.ts'
import { type Loss, type Proof, schemaHash, sha256 } from './proof.ts'

const again = 'tsx packages/deploy/test-migration.ts, then tsx packages/deploy/phase4.ts'

/**
 * The proof that phase 4 holds to: the same commit, the same SQL, the same schema as on the copy.
 * @throws Stop (exit 3) that says what changed since
 */
export async function holdTo(
  { directory, database, marks }: Opened,
  files: ReleaseFiles,
  target: Target,
): Promise<{ proof: Proof; sql: string }> {
  if (!files.proof) refuse('The migration was not tested on a copy', again)
  const proof = JSON.parse(files.proof) as Proof
  if (proof.commit !== files.target)
    refuse(`Tested was ${proof.commit.slice(0, 10)}, deployed is ${files.target.slice(0, 10)}`, again)
  if (target.commit !== files.target)
    say(`  the branch has moved on to ${target.commit.slice(0, 10)}; what was prepared is deployed`)
  const sql = await read`cat ${directory}/migration.sql`.text()
  if (sha256(sql) !== proof.sql && !(sql === '-- nothing to do\n' && proof.sql === sha256('')))
    refuse('migration.sql is not what was tested on the copy', again)
  const schema = await schemaOf(database, database.name)
  const oid =
    marks.pinned !== ''
      ? (
          await query(database, 'postgres', `SELECT oid FROM pg_database WHERE datname = '${database.name}'`)
        )[0]?.[0]
      : ''
  if (schema !== proof.schema && oid === files.manifest.database.oid)
    refuse("Production's schema is not the one that was tested: somebody changed it since", again)
  return { proof, sql }
}

/** The hash of a database's schema as it is now; see {@link Proof}. */
export async function schemaOf(database: Opened['database'], name: string): Promise<string> {
  const rows = await query(database, name, CATALOG_SQL)
  return schemaHash(readFingerprint(rows.map((row) => row.join('\t')).join('\n')))
}

/** The word that stands for one loss: the table's name, or table and column. */
const wordOf = ({ what, name }: Loss) =>
  name
    .split('.')
    .slice(what === 'table' ? -1 : -2)
    .join('.')

/** The words that consent to everything a migration loses. */
const wordsOf = (proof: Proof) => proof.losses.filter(({ rows }) => rows > 0).map(wordOf)

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

/** Writes the proof into the release directory, and says what it means. */
export async function keepProof(directory: string, proof: Proof): Promise<void> {
  say(
    `  recipe ${proof.recipe}, ${Math.round(proof.ms)} ms; ${proof.additive ? 'additive: the old app can run beside it' : 'not additive: it needs the window'}`,
  )
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
