import { accessSync, constants } from 'node:fs'
import { basename } from 'node:path/posix'
import { fileURLToPath } from 'node:url'
import { ProcessOutput } from 'zx/core'
import { turn } from './ahead.ts'
import { asking } from './ask.ts'
import { EXIT, misuse, refuse, Stop } from './exit.ts'
import { type Flags, type Options, readFlags, readHeader } from './flags.ts'
import { describe, type Found, partOf, questions, readFound, versionsIn } from './found.ts'
import { lock } from './lock.ts'
import { bold, dim, event, say, voice } from './log.ts'
import {
  askMarks,
  askRelease,
  demandRelease,
  type Marks,
  marksOf,
  type Need,
  namedRelease,
  resolveRelease,
} from './release.ts'
import { askFiles, filesOf, type ReleaseFiles, readRelease } from './release-files.ts'
import { bash, connect, firstCommand, read } from './server.ts'
import { expand, fault, loadSettings, SETTINGS, type SettingName, type Settings } from './settings.ts'
import { cause, endWell, run } from './step.ts'
import { firstVisit } from './visit.ts'

/** What a script knows once it is open. */
export interface Opened {
  settings: Settings
  flags: Flags
  found: Found
  marks: Marks
  /** The release directory on the server, the plan's `$BACKUP_DIR`; empty with `none` and `new`. */
  directory: string
  /** Its name: the release id, such as `20250905_043000`. */
  release: string
  /** docker-compose or docker compose, as words to put into a command. */
  compose: string[]
  app: string
  database: Found['database']
}

interface Needs {
  release: Need
  /** The script changes the server: it takes the lock, and says first what it is about to touch. */
  changes?: boolean
  /** It needs what the release directory's small files say, and asks for them while it looks at the server. */
  files?: boolean
  /** Flags of this script alone. */
  flags?: Options
}

/** For a script that works on any machine, also an empty or a lost one: nothing is asked of it yet. */
interface Anywhere {
  anywhere: true
  flags?: Options
}

/**
 * Opens a script: reads flags and settings, reaches the server, looks at what is there, finds the release directory and,
 * for a script that changes things, takes the lock. `--help` ends here.
 * @param url the script's `import.meta.url`
 * @throws Stop with exit 2 (flags, settings), 3 (nothing to work on) or 4 (somebody else is at work)
 */
export async function open(url: string, needs: Anywhere): Promise<Pick<Opened, 'settings' | 'flags'>>
export async function open(
  url: string,
  needs: Needs & { files: true },
): Promise<Opened & { files: ReleaseFiles }>
export async function open(url: string, needs: Needs): Promise<Opened>
export async function open(
  url: string,
  needs: Needs | Anywhere,
): Promise<(Opened & { files?: ReleaseFiles }) | Pick<Opened, 'settings' | 'flags'>> {
  endWell()
  const file = fileURLToPath(url)
  run.header = readHeader(file)
  const argv = process.argv.slice(2)
  if (argv.includes('--help') || argv.includes('-h')) {
    process.stdout.write(`${run.header.text}\n`)
    process.exit(EXIT.done)
  }
  const flags = readFlags(argv, needs.flags)
  const settings = loadSettings(flags.settings)
  const wrong =
    flags.backupDir !== undefined &&
    (flags.backupDir === '' ? 'it is empty' : fault('BACKUP_DIR', flags.backupDir))
  if (wrong) misuse(`--backup-dir: ${wrong}`)
  // After a backup that failed, `export BACKUP_DIR=$(…) && …` goes on: export hides the exit code, and leaves this.
  const stands = 'release' in needs && needs.release !== 'none' && needs.release !== 'new'
  if (stands && flags.backupDir === undefined && process.env['BACKUP_DIR'] === '')
    misuse(
      'BACKUP_DIR is set, and empty: the backup that it should name has failed',
      'export BACKUP_DIR=$(tsx packages/backup/backup.ts), or: unset BACKUP_DIR',
    )
  run.script = basename(file).replace(/\.m?[jt]s$/, '')
  Object.assign(run, {
    from: flags.from,
    dryRun: flags.dryRun,
    where: `${settings.SERVER_HOST}, ${settings.PROJECT_DIR}`,
  })
  Object.assign(voice, { json: flags.json, verbose: flags.verbose, script: run.script })
  Object.assign(asking, { yes: flags.yes, consent: flags.consent })
  checkFiles(settings)

  connect(
    'anywhere' in needs ? { ...settings, PROJECT_DIR: '/' } : settings,
    flags.dryRun ? (command) => say(dim('  $ ') + command.trim().replace(/\n\s*/g, '\n      ')) : undefined,
  )
  await turn(() => Promise.all([firstCommand(), firstVisit(settings)]))
  event('begin', { dryRun: flags.dryRun })
  if (!flags.json) say(bold(run.header.title) + (flags.dryRun ? dim('  (dry run: nothing is changed)') : ''))
  run.since = Date.now()
  if ('anywhere' in needs) return { settings, flags }
  const take = () => lock(settings.BACKUP_ROOT, run.script, Number(settings.LOCK_SECONDS))
  // A lock that is taken already is joined while looking; who takes one shows first what was found.
  const inherits = Boolean(process.env['STORIES_LOCK']) && needs.changes && !flags.dryRun
  const named = stands ? namedRelease(flags, settings) : ''
  const joined = inherits ? take() : undefined
  joined?.catch(() => {}) // what the look around says about it is clearer
  const answer = await look(settings, {
    marks: askMarks(settings.BACKUP_ROOT),
    ...(named && { release: askRelease(named), ...(needs.files && { files: askFiles(named) }) }),
  })
  const found = readFound(answer, settings)
  const marks = marksOf(partOf(answer, 'marks'), settings.BACKUP_ROOT)
  await joined
  demandRelease(partOf(answer, 'release'), named)
  const directory =
    needs.release === 'none' || needs.release === 'new'
      ? ''
      : resolveRelease(needs.release, marks, flags, settings)
  if (directory && directory !== named)
    demandRelease(await read(bash(askRelease(directory))).text(), directory)
  if (needs.changes) {
    if (!process.env['STORIES_LOCK']) for (const line of describe(found, settings)) say(dim(`  ${line}`))
    if (directory && !flags.json) say(dim(`  release   ${directory}`))
    if (!flags.dryRun && !inherits) await take()
  }
  run.directory = needs.changes ? directory : ''
  run.since = Date.now()
  return {
    settings,
    flags,
    found,
    marks,
    directory,
    release: basename(directory),
    compose: found.compose,
    app: found.appService,
    database: found.database,
    ...(needs.files && {
      files: named ? filesOf(partOf(answer, 'files'), directory) : await readRelease(directory),
    }),
  }
}

/** The files of this machine that the settings name must be there before anything else happens. */
function checkFiles(settings: Settings): void {
  const files = {
    ...(settings.SERVER_HOST !== 'here' && { SSH_KEY: 'private key' }),
    PUBLIC_CA: 'certificate',
  }
  for (const [name, what] of Object.entries(files)) {
    const path = expand(settings[name as SettingName])
    try {
      if (path) accessSync(path, constants.R_OK)
    } catch {
      misuse(
        `${name}: the ${what} ${path} cannot be read, for example ${name}=${SETTINGS[name as SettingName].example}`,
      )
    }
  }
}

/** What is on the server; see {@link Found}. */
export const lookAround = async (settings: Settings): Promise<Found> =>
  readFound(await look(settings), settings)

/** Asks the server everything; see {@link questions}. */
async function look(settings: Settings, more?: Record<string, string>): Promise<string> {
  try {
    const known = process.env['STORIES_VERSIONS'] // as the script that started this one has seen them
    const answer = `${known ?? ''}${await read(bash(questions(!known, more))).text()}`
    process.env['STORIES_VERSIONS'] = versionsIn(answer)
    return answer
  } catch (error) {
    if (!(error instanceof ProcessOutput)) throw error
    const words = cause(error)
    if (/REMOTE HOST IDENTIFICATION HAS CHANGED|Host key verification failed/i.test(words)) {
      refuse(
        `The host key of ${settings.SERVER_HOST} is not the one pinned in ${expand(settings.SSH_KNOWN_HOSTS)}: this may be another machine`,
        `find out why; only then ssh-keygen -R ${settings.SERVER_HOST} -f ${expand(settings.SSH_KNOWN_HOSTS)}`,
      )
    }
    if (/Permission denied/.test(words) && error.exitCode === 255)
      refuse(
        `${settings.SERVER_USER}@${settings.SERVER_HOST} does not take this key`,
        'check SERVER_USER and SSH_KEY, for example SERVER_USER=ubuntu',
      )
    if (error.exitCode === 255)
      refuse(
        `${settings.SERVER_HOST} port ${settings.SERVER_PORT} cannot be reached: ${words.split('\n').at(-1)}`,
        'check SERVER_HOST, SERVER_PORT and the network',
      )
    if (/cd: .*(No such file|Not a directory|Permission denied)/.test(words))
      misuse(
        `PROJECT_DIR: there is no folder ${settings.PROJECT_DIR} on ${settings.SERVER_HOST}, for example PROJECT_DIR=/home/ubuntu/1001project`,
      )
    if (/docker/i.test(words))
      refuse(
        `Docker does not answer on ${settings.SERVER_HOST}: ${words.split('\n').at(-1)}`,
        'start the Docker daemon there, or check that the user is in the group docker',
      )
    throw new Stop(EXIT.refused, words)
  }
}
