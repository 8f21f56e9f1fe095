import { spawn } from 'node:child_process'
import { setTimeout as pause } from 'node:timers/promises'
import { ask } from '../../eyes.ts'
import { call, environmentFor } from '../../operator.ts'
import { differences, fingerprint, inside } from '../../practice.ts'
import type { Broken } from './broken.ts'
import { branchOf, type Ground, leftovers, phase4 } from './ground.ts'

/** How a broken migration ended. */
export interface Stopped {
  name: string
  stopped: boolean
  /** The line that says why, or all that was said when no line does. */
  reason: string
  /** What was not as before afterwards. */
  wrong: string[]
  ms: number
}

/** The one line of what was said that gives the reason; all of it when none does. */
function reasonIn(said: string, reason: RegExp): string {
  return (
    said
      .split('\n')
      .find((line) => reason.test(line))
      ?.trim() ?? `NOT SAID: ${said.slice(-2000)}`
  )
}

/** Meets one broken migration, before the window. */
export async function meet(ground: Ground, broken: Broken, number: number): Promise<Stopped> {
  const { practice, directory } = ground
  const since = Date.now()
  const branch = broken.files ? await branchOf(practice, `broken-${number}`, broken.files) : 'v3-ui-overhaul'
  await broken.before?.(practice)
  try {
    const { code, stdout, stderr } = await call(practice, broken.script, broken.words ?? [], {
      environment: { TARGET_BRANCH: branch, BACKUP_DIR: directory, ...broken.environment },
    })
    const said = `${stdout}\n${stderr}`
    const reason = reasonIn(said, broken.reason)
    const wrong = await leftovers(practice)
    const stopped = code === 3 && !reason.startsWith('NOT SAID') && wrong.length === 0
    return { name: broken.name, stopped, reason, wrong, ms: Date.now() - since }
  } finally {
    await broken.after?.(practice)
  }
}

/** deploy.ts without a consent: it must stop before the page is on. */
export async function withoutConsent({ practice, directory }: Ground): Promise<Stopped> {
  const since = Date.now()
  await inside(
    practice,
    `cd /home/ubuntu/backups; sudo -u ubuntu ln -sfn $(basename ${directory}) pinned; sudo -u ubuntu touch ${directory}/in-progress`,
  )
  const { code, stderr } = await call(practice, 'deploy/deploy', ['--resume', '--yes'])
  await inside(practice, `rm -f ${directory}/in-progress`)
  const expected = /table public\.\w+ goes, with \d+ rows .* This needs a typed consent/
  const [reason, page] = [reasonIn(stderr, expected), /✓ Phase 1/.test(stderr)]
  const stopped = code === 3 && !reason.startsWith('NOT SAID') && !page
  return {
    name: 'drops a table with rows without consent',
    stopped,
    reason,
    wrong: page ? ['the page was on'] : [],
    ms: Date.now() - since,
  }
}

/** Data and schema of production, where phase 4 was stopped. */
const touched = async ({ practice, before }: Ground) =>
  differences(before, await fingerprint(practice), ['schema', 'data'])

/** Somebody holds a table of the copy: phase 4 must give up by itself. */
export async function lockTimeout(ground: Ground): Promise<Stopped> {
  const since = Date.now()
  const { practice } = ground
  const users = (
    await ask(practice, `SELECT relname FROM pg_class WHERE relname IN ('User', 'users') AND relkind = 'r'`)
  ).split('\n')[0]
  await inside(
    practice,
    `nohup bash -c 'until docker exec -i 1001-stories-db psql -qX -U postgres -d stories_db_next <<< "BEGIN; LOCK TABLE \\"${users}\\"; SELECT pg_sleep(120)"; do sleep 0.1; done' > /dev/null 2>&1 & echo $! > /run/lock-holder.pid`,
  )
  const { code, stderr } = await phase4(ground)
  await inside(
    practice,
    `kill "$(cat /run/lock-holder.pid)" 2>/dev/null || true; docker exec -i 1001-stories-db psql -qXAt -U postgres -o /dev/null <<< "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep%' AND pid <> pg_backend_pid()"`,
  )
  const reason = reasonIn(
    stderr,
    /canceling statement due to lock timeout \(P\d{4}, 55P03\); stories_db is untouched/,
  )
  const wrong = [...(await touched(ground)), ...(await leftovers(practice))]
  return {
    name: 'lock timeout',
    stopped: code === 1 && !reason.startsWith('NOT SAID') && wrong.length === 0,
    reason,
    wrong,
    ms: Date.now() - since,
  }
}

/** The operator is killed while Prisma migrates the copy. */
export async function killed(ground: Ground): Promise<Stopped> {
  const since = Date.now()
  const { practice, consent } = ground
  const child = spawn('tsx', ['packages/deploy/phase4.ts', '--yes', '--consent', consent], {
    env: environmentFor(practice),
    stdio: 'ignore',
    detached: true,
  })
  const ended = new Promise<number | null>((resolve) => child.on('exit', resolve))
  const migrating = () =>
    inside(practice, 'docker ps -q --filter label=stories.migrator').then((ids) => ids.trim() !== '')
  while (child.exitCode === null && !(await migrating())) await pause(50)
  if (child.exitCode === null) process.kill(-child.pid!, 'SIGKILL')
  const struck = (await ended) === null
  const wrong = await touched(ground)
  const reason = struck
    ? 'killed while Prisma migrated the copy; production is what it was'
    : 'it had ended before'
  return {
    name: 'killed while running',
    stopped: struck && wrong.length === 0,
    reason,
    wrong,
    ms: Date.now() - since,
  }
}
