/** A practice server on which commands are tried: the plan's typed over ssh as it says, ours by our own modules and scripts. */
import {
  bash,
  copying,
  type Found,
  liftFences,
  loadSettings,
  lookAround,
  type Opened,
  quote,
  SETTINGS,
  type Settings,
  server,
  value,
  waitForApp,
} from '@stories/shared'
import { readMarks } from '../../../shared/release.ts'
import { connect, workIn } from '../../../shared/server.ts'
import { run } from '../../docker.ts'
import { inside, type Practice } from '../../practice.ts'
import { project } from '../../settings.ts'

/** What a typed command did. `code` 124: it had not come back when its time was over. */
export interface Typed {
  code: number | null
  stdout: string
  stderr: string
}

export interface Bench {
  practice: Practice
  settings: Settings
  found: Found
}

/** Production's database as it was in the beginning; nobody connects to it, so that copies are made from it at any time. */
const PRISTINE = 'errata_pristine'

/** Makes one database from another as phase 4 does. */
const copyDatabase = ({ database }: Found, source: string, copy: string) =>
  server(bash(copying(database, source, copy)))

/** Opens a practice server that nothing has been done to yet. One bench at a time: our modules know one server. */
export async function openBench(practice: Practice): Promise<Bench> {
  // What this terminal exports must not name another server.
  for (const name of Object.keys(SETTINGS)) delete process.env[name]
  const settings = loadSettings(practice.envFile)
  connect(settings)
  const found = await lookAround(settings)
  await copyDatabase(found, found.database.name, PRISTINE)
  await waitForApp(found, settings)
  return { practice, settings, found }
}

/** Types commands into an ssh session in the project folder, as the plan does; nothing stops at the first that fails. */
export async function type({ practice }: Bench, commands: string, seconds = 60): Promise<Typed> {
  const options = ['BatchMode=yes', 'LogLevel=ERROR', `UserKnownHostsFile=${practice.dir}/known_hosts`]
  const words = ['-n', '-i', practice.sshKey, ...options.flatMap((option) => ['-o', option])]
  const session = `cd ${project} && exec timeout -k 2 ${seconds} bash -c ${quote(commands)}`
  const done = await run({
    nothrow: true,
  })`ssh ${words} -o StrictHostKeyChecking=accept-new ${`ubuntu@${practice.address}`} ${session}`
  return { code: done.exitCode, stdout: done.stdout, stderr: done.stderr }
}

/** A line of what a command said, for the evidence: the first that matches, without its surroundings. */
export function line({ stdout, stderr }: Typed, pattern: RegExp): string {
  const found = `${stderr}\n${stdout}`.split('\n').find((each) => pattern.test(each))
  return found?.trim().slice(0, 160) ?? ''
}

/** Makes a scratch copy of the pristine database, beside production. */
export async function copy({ found }: Bench, name: string): Promise<string> {
  await copyDatabase(found, PRISTINE, name)
  return name
}

/** Gives production its pristine database again, with the app on it. */
export async function reset({ found, settings }: Bench): Promise<void> {
  await copyDatabase(found, PRISTINE, found.database.name)
  await waitForApp(found, settings)
}

/** Lets something happen while the database takes no connections. */
export async function withoutDatabase<T>(
  { practice, found, settings }: Bench,
  work: () => Promise<T>,
): Promise<T> {
  const { name } = found.database
  await inside(
    practice,
    `docker exec -i 1001-stories-db psql -qXAt -U ${found.database.user} postgres <<< "ALTER DATABASE ${name} ALLOW_CONNECTIONS false;
      SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = '${name}'"`,
  )
  try {
    return await work()
  } finally {
    await liftFences(found.database, [name])
    await waitForApp(found, settings)
  }
}

/** One value from a database. */
export const ask = ({ found }: Bench, database: string, sql: string) => value(found.database, database, sql)

/** A fresh copy of the project folder, for what changes files; `scratch` is given its path, and it is removed afterwards. */
export async function inScratch<T>({ practice }: Bench, scratch: (folder: string) => Promise<T>): Promise<T> {
  const folder = '/home/ubuntu/errata-scratch'
  await inside(practice, `rm -rf ${folder}; cp -a ${project} ${folder}`)
  workIn(folder)
  try {
    return await scratch(folder)
  } finally {
    workIn(project)
    await inside(practice, `rm -rf ${folder}`)
  }
}

/** What a script of ours would have opened, on a release directory: for modules that want it whole. */
export async function openedOn({ settings, found }: Bench, directory: string): Promise<Opened> {
  const flags = { yes: true, dryRun: false, json: false, verbose: false, from: 1, consent: [], more: {} }
  return {
    settings,
    flags: flags as unknown as Opened['flags'],
    found,
    marks: await readMarks(settings.BACKUP_ROOT),
    directory,
    release: directory.split('/').at(-1)!,
    compose: found.compose,
    app: found.appService,
    database: found.database,
  }
}
