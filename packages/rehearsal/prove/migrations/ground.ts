import { ends, everyTable } from '../../eyes.ts'
import { call, type Outcome } from '../../operator.ts'
import { commitTo, type Fingerprint, fingerprint, inside, type Practice } from '../../practice.ts'

/** A server with one verified backup, which every case stands on. */
export interface Ground {
  practice: Practice
  directory: string
  before: Fingerprint
  /** The tables whose loss the operator consents to. */
  consent: string
}

/** Takes the backup that all cases share. */
export async function lay(practice: Practice): Promise<Ground> {
  const [before, consent] = [await fingerprint(practice), await everyTable(practice)]
  const { stdout } = await ends(practice, 'backup/backup')
  await ends(practice, 'backup/verify')
  return { practice, directory: stdout.trim(), before, consent }
}

/** Makes a branch on the git origin, on top of v3, with these files changed. */
export async function branchOf(
  practice: Practice,
  name: string,
  files: Record<string, string>,
): Promise<string> {
  await inside(practice, `sudo -u ubuntu git -C /srv/git/1001project.git branch -f ${name} v3-ui-overhaul`)
  await commitTo(practice, name, files)
  return name
}

/** The scripts from the rehearsal to the new code in place, with the app stopped: where phase 4 begins. */
const UP_TO_PHASE4 = [
  'deploy/test-migration',
  'deploy/prepare',
  'deploy/phase1',
  'deploy/phase2',
  'deploy/phase3',
]

/** Takes a server to where phase 4 begins; gives what the rehearsal foretold. */
export async function upToPhase4(
  { practice, directory }: Ground,
  branch = 'v3-ui-overhaul',
): Promise<Proven> {
  const environment = { TARGET_BRANCH: branch, MAX_BACKUP_AGE: '600' }
  for (const script of UP_TO_PHASE4) await ends(practice, script, ['--yes'], { environment })
  return JSON.parse(await inside(practice, `cat ${directory}/proof.json`)) as Proven
}

/** What proof.json says, as far as it matters here. */
export interface Proven {
  recipe: 'deploy' | 'diff'
  predicted: { copy: number; migrate: number; rest: number; ms: number }
}

export const phase4 = ({ practice, consent }: Ground, branch = 'v3-ui-overhaul'): Promise<Outcome> =>
  call(practice, 'deploy/phase4', ['--yes', '--consent', consent], { environment: { TARGET_BRANCH: branch } })

/** What scripts leave behind when they clean up badly: scratch containers, migrators. */
export const leftovers = async (practice: Practice): Promise<string[]> =>
  (
    await inside(
      practice,
      `docker ps -a --filter label=stories.scratch --filter status=running --format '{{.Names}}'; docker ps -a --filter label=stories.migrator --format '{{.Names}}'`,
    )
  )
    .split('\n')
    .filter(Boolean)
