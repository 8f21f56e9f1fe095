import { databases, everyTable } from '../../eyes.ts'
import { differences, type Fingerprint, fingerprint, inside, type Practice } from '../../practice.ts'
import { rowsLost } from '../../rehearsal.ts'
import { attempt, type Ended, lastWords } from './attempt.ts'
import type { Boundary, Operation } from './cases.ts'
import type { Marks } from './truth.ts'

/** A server that has been through it all once, undisturbed: what each case is held against. */
export interface Ground {
  practice: Practice
  marks: Marks
  /** The tables whose loss the operator consents to. */
  consent: string
  old: Fingerprint
  new: Fingerprint
  /** Every border that was passed, and how long each operation took (milliseconds); of a deployment, its six phases. */
  boundaries: Boundary[]
  ms: Record<Operation, number>
}

/** The script and its words that an operation is. */
export function wordsOf(operation: Operation, consent: string): [string, string[]] {
  if (operation === 'deploy') return ['deploy/deploy', ['--resume', '--yes', '--consent', consent]]
  if (operation === 'rollback') return ['rollback/immediate', ['--yes']]
  const folder = operation === 'backup' || operation === 'verify' ? 'backup' : 'deploy'
  return [`${folder}/${operation}`, ['--yes']]
}

/**
 * A deployment that died when all it had done was to say that it begins: from here `--resume` does the whole window, again
 * and again on the one backup that is verified and rehearsed.
 */
export const beginDeployment = (practice: Practice, { directory }: Marks) =>
  inside(practice, `sudo -u ubuntu touch ${directory}/in-progress`)

/** Whether an operation builds the target's images. */
export const builds = (operation: Operation) => operation === 'test-migration' || operation === 'prepare'

/**
 * Takes the target's images from their names, so that what builds them begins with that, as the first time. The layers stay:
 * the image that is built again is the same one, in a second or two.
 */
export const forgetImages = (practice: Practice) =>
  inside(
    practice,
    `docker images --format '{{.Repository}}:{{.Tag}}' | { grep -E '^1001-stories-(app|migrator):[0-9a-f]{12}$' || true; } |
    while read -r name; do docker tag "$name" "kept/$name"; docker rmi "$name" > /dev/null; done`,
  )

async function undisturbed(running: { end: Promise<Ended> }, what: string): Promise<Ended> {
  const ended = await running.end
  if (ended.code !== 0)
    throw new Error(`${what} ended with ${ended.code} without any fault: ${lastWords(ended.stderr)}`)
  return ended
}

/** Takes a fresh server through backup, rehearsal, deployment and rollback once. */
export async function lay(practice: Practice, say: (line: string) => void): Promise<Ground> {
  const consent = await everyTable(practice)
  const before = await fingerprint(practice)
  const ms = {} as Ground['ms']
  const boundaries: Boundary[] = []
  let directory = ''
  for (const operation of ['backup', 'verify', 'test-migration', 'prepare'] as const) {
    const [script, words] = wordsOf(operation, consent)
    if (builds(operation)) await forgetImages(practice)
    const ended = await undisturbed(attempt(practice, operation, script, words), operation)
    ms[operation] = ended.ms
    boundaries.push(...ended.boundaries)
    say(`${practice.shape}: ${operation} ${ended.ms} ms`)
  }
  directory = (
    await inside(
      practice,
      'cd /home/ubuntu/backups; ln -sfn "$(readlink current)" pinned; readlink -f current',
    )
  ).trim()
  const facts = (
    await inside(
      practice,
      `git -c safe.directory='*' -C /home/ubuntu/1001project rev-parse HEAD; cat ${directory}/target_commit.txt
      docker inspect --format '{{.Image}}' 1001-stories-app; docker image inspect --format '{{.Id}}' "1001-stories-app:$(head -c 12 ${directory}/target_commit.txt)"
      docker exec -i 1001-stories-db sh -c 'psql -XqAt -U "$POSTGRES_USER" -d postgres' <<< "SELECT oid FROM pg_database WHERE datname = 'stories_db'"`,
    )
  )
    .trim()
    .split('\n')
  const [oldCommit = '', newCommit = '', oldImage = '', newImage = '', oldDatabase = ''] = facts
  const marks = { directory, oldCommit, newCommit, oldImage, newImage, oldDatabase }

  await beginDeployment(practice, marks)
  const since = Date.now()
  const running = attempt(practice, 'deploy', ...wordsOf('deploy', consent), ({ script }) => {
    if (script.startsWith('phase')) ms.deploy = Date.now() - since
  })
  const deployed = await undisturbed(running, 'deploy.ts --resume')
  const now = await fingerprint(practice)
  const back = await undisturbed(
    attempt(practice, 'rollback', ...wordsOf('rollback', consent)),
    'immediate.ts',
  )
  ms.rollback = back.ms
  say(
    `${practice.shape}: deployment ${deployed.ms} ms, ${ms.deploy} ms of it the six phases, rollback ${back.ms} ms`,
  )
  boundaries.push(
    ...deployed.boundaries.filter(({ script }) => script.startsWith('phase')),
    ...back.boundaries,
  )
  const wrong = differences(before, await fingerprint(practice))
  if (wrong.length > 0)
    throw new Error(`a rollback without any fault does not bring back:\n${wrong.join('\n')}`)
  return { practice, marks, consent, old: before, new: now, boundaries, ms }
}

/** How a server that has come to rest differs from the old or the new release, and what of its data is gone. */
export async function compare(
  ground: Ground,
  stands: 'old' | 'new',
): Promise<{ wrong: string[]; rows: number; uploads: number }> {
  const now = await fingerprint(ground.practice)
  const reference = ground[stands]
  // The new site's checks sign in: what they write differs from one deployment to the next, the old database holds none of it.
  const wrong = differences(
    reference,
    now,
    stands === 'old' ? undefined : ['code', 'image', 'settings', 'uploads', 'schema'],
  )
  const uploads = Object.keys(ground.old.uploads).filter((path) => now.uploads[path] === undefined)
  return { wrong, rows: rowsLost(reference, now), uploads: uploads.length }
}

/** Forgets what earlier cases kept on purpose: replaced v3 databases, backups beside the one that all cases stand on. */
export async function tidy({ practice, marks }: Ground): Promise<void> {
  const kept = (await databases(practice)).filter((name) => /_after_/.test(name))
  const sql = kept.map((name) => `DROP DATABASE "${name}" WITH (FORCE);`).join('\n')
  await inside(
    practice,
    `docker exec -i 1001-stories-db sh -c 'psql -XqAt -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres'
    find /home/ubuntu/backups -mindepth 1 -maxdepth 1 -type d ! -path ${marks.directory} -exec rm -rf {} +`,
    { input: `${sql}\n` }, // psql would wait for one that never comes
  )
}
