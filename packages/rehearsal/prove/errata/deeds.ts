/** What our scripts did for real on a practice server: done once, when the first case wants to look at it. */
import { ok } from 'node:assert/strict'
import { findTarget, type Target } from '../../../deploy/image.ts'
import { everyTable } from '../../eyes.ts'
import { call, type Outcome } from '../../operator.ts'
import { type Fingerprint, fingerprint, inside } from '../../practice.ts'
import { project } from '../../settings.ts'
import { type Bench, openedOn, reset } from './bench.ts'

/** A deployment and the rollback after it. */
export interface Deployment {
  /** Its release directory. */
  directory: string
  before: Fingerprint
  between: Fingerprint
  after: Fingerprint
  /** The database's container, before the rollback and after it. */
  containers: [string, string]
  /** All that the scripts printed. */
  said: string
}

export interface Deeds {
  /** Takes a backup; gives its directory. */
  backup: () => Promise<string>
  /** Takes a backup, verifies it, and tries the migration on a copy; gives the directory. */
  rehearsed: () => Promise<string>
  deployment: () => Promise<Deployment>
  /** What was built and deployed. */
  target: () => Promise<Target>
}

const once = <T>(work: () => Promise<T>) => {
  let made: Promise<T> | undefined
  return () => {
    made ??= work()
    return made
  }
}

function succeeded(name: string, { code, stdout, stderr }: Outcome): string {
  ok(code === 0, `${name} ended with ${code}: ${stderr.trim().split('\n').slice(-6).join(' / ')}`)
  return stdout.trim().split('\n').at(-1) ?? ''
}

export function deedsOn(bench: Bench): Deeds {
  const { practice } = bench
  const script = async (name: string, words: string[] = []) =>
    succeeded(name, await call(practice, name, words))

  const backup = once(async () => {
    // As a folder looks in which somebody once built by hand.
    await inside(
      practice,
      `cd ${project}; sudo -u ubuntu mkdir -p node_modules/left-over .next; sudo -u ubuntu touch node_modules/left-over/index.js .next/BUILD_ID`,
    )
    return script('backup/backup')
  })

  const rehearsed = once(async () => {
    const directory = await backup()
    for (const name of ['backup/verify', 'deploy/test-migration'])
      await script(name, ['--backup-dir', directory])
    return directory
  })

  const deployment = once(async () => {
    await reset(bench)
    const container = () => inside(practice, `docker inspect --format '{{.Id}}' 1001-stories-db`)
    const before = await fingerprint(practice)
    const deployed = await call(practice, 'deploy/deploy', [
      '--yes',
      '--consent',
      await everyTable(practice),
      '--verbose',
    ])
    succeeded('deploy/deploy', deployed)
    const summary = deployed.stdout.split('\n').find((line) => line.startsWith('{')) ?? ''
    const { directory } = JSON.parse(summary) as { directory: string }
    const between = await fingerprint(practice)
    const first = await container()
    const back = await call(practice, 'rollback/immediate', ['--yes', '--verbose'])
    succeeded('rollback/immediate', back)
    const containers: [string, string] = [first, await container()]
    const said = [deployed, back].map(({ stdout, stderr }) => stdout + stderr).join('\n')
    return { directory, before, between, after: await fingerprint(practice), containers, said }
  })

  const target = once(async () => {
    const { directory } = await deployment()
    return findTarget(await openedOn(bench, directory))
  })
  return { backup, rehearsed, deployment, target }
}
