import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { ask, ends, visitSite } from '../../eyes.ts'
import { environmentFor } from '../../operator.ts'
import { differences, down, fingerprint, inside, type Practice, up } from '../../practice.ts'
import { FLIP } from './corruptions.ts'

/** Removes everything of the site: project, backups, containers, volumes, the app's images, nginx's files. */
const EMPTY = `cd /home/ubuntu/1001project; docker-compose down --volumes --remove-orphans
docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E '^(1001|stories)' | xargs -r docker image rm
cd /; rm -rf /home/ubuntu/1001project /home/ubuntu/backups /srv/git /etc/nginx/tls /etc/nginx/sites-enabled/* /etc/nginx/sites-available/*`

/** Spoils an upload of the last backup, as a disk does, unseen by size and time: the next must not take it over. */
const SPOIL_LAST = `cd /home/ubuntu/backups/current/books; touch -r sample.pdf /tmp/time
node -e "$(cat)" sample.pdf; touch -r /tmp/time sample.pdf`

/** What a database has beside its content: settings and grants of its own. */
const SETTINGS = `CREATE ROLE reader; GRANT CONNECT ON DATABASE stories_db TO reader; REVOKE TEMPORARY ON DATABASE stories_db FROM PUBLIC;
ALTER DATABASE stories_db SET work_mem = '8MB'; ALTER DATABASE stories_db SET search_path = "$user", public;
ALTER ROLE reader IN DATABASE stories_db SET statement_timeout = '5s';`
const settingsOf = (practice: Practice) =>
  ask(
    practice,
    `SELECT (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(datacl) a), (SELECT string_agg(setrole::regrole || ' ' || setconfig::text, ' ' ORDER BY setrole) FROM pg_db_role_setting WHERE setdatabase = d.oid) FROM pg_database d WHERE datname = current_database()`,
  )

/** The bytes of all files below a folder. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const found = files.map((name) => statSync(join(folder, name), { throwIfNoEntry: false }))
  return found.reduce((sum, file) => sum + (file?.isFile() ? file.size : 0), 0)
}

/**
 * Fetches and is killed in the middle: what is there must be of use to the next call. One that had come to its end first, on a
 * machine that was busy with other things, is forgotten and tried again.
 * @param enough the bytes after which it is killed
 * @returns the bytes that are there
 */
async function cut(practice: Practice, environment: Record<string, string>, enough: number): Promise<number> {
  const folder = environment['FETCH_DIR']!
  for (let attempt = 0; attempt < 3; attempt++) {
    const child = spawn('tsx', ['packages/backup/fetch.ts'], {
      cwd: join(import.meta.dirname, '../../../..'),
      env: environmentFor(practice, environment),
      stdio: 'ignore',
      detached: true,
    })
    const ended = new Promise((resolve) => child.on('close', resolve))
    const runs = () => child.exitCode === null && child.signalCode === null
    const deadline = Date.now() + 60_000
    while (runs() && Date.now() < deadline && sizeOf(folder) < enough) await delay(5)
    if (runs()) {
      process.kill(-child.pid!, 'SIGKILL')
      await ended
      return sizeOf(folder)
    }
    if (child.exitCode !== 0) throw new Error(`fetch.ts ended with ${child.exitCode} before it was cut`)
    for (const name of readdirSync(folder)) rmSync(join(folder, name), { recursive: true })
  }
  throw new Error('fetch.ts was never met in the middle of its work')
}

/**
 * Brings the site of one practice server up on another one that was emptied, from the fetched and encrypted copy alone.
 * @returns what is other there than it was, a line each
 */
export async function drill(
  practice: Practice,
  name: string,
  passphrase: string,
  hear: (text: string) => void,
): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'stories-copies-'))
  const environment = { FETCH_DIR: folder, BACKUP_PASSPHRASE: passphrase }
  try {
    await ends(practice, 'backup/backup', [], { hear })
    await ends(practice, 'backup/verify', [], { hear })
    await inside(practice, SPOIL_LAST, { input: FLIP })
    await ask(practice, SETTINGS)
    await ends(practice, 'backup/backup', [], { hear })
    await ends(practice, 'backup/verify', [], { hear })
    const before = await fingerprint(practice)
    const whole = Number(await inside(practice, 'du -sbL /home/ubuntu/backups/current | cut -f1'))
    const had = await cut(practice, environment, whole / 2)
    const { stdout, stderr } = await ends(practice, 'backup/fetch', ['--json'], { hear, environment })
    const copy = stdout.trim()
    const settings = await settingsOf(practice)
    const open = existsSync(copy.replace(/\.tar\.gpg$/, ''))
    const empty = await up({ shape: 'plan', name })
    await inside(empty, EMPTY)
    // The certificate comes back with the backup: it is of the authority of the server that was lost.
    const there = { ...environment, PUBLIC_CA: join(practice.dir, 'ca.pem') }
    const contacts = await ends(empty, 'rollback/emergency', [], { hear, environment: there })
    await ends(empty, 'rollback/emergency', ['--restore', copy, '--yes'], { hear, environment: there })
    const wrong = differences(before, await fingerprint(empty), [
      'code',
      'settings',
      'uploads',
      'schema',
      'data',
    ])
    if ((await settingsOf(empty)) !== settings)
      wrong.push(`the database's own settings are other than ${settings}`)
    const travelled = Number(/"travelled":(\d+)/.exec(stderr)?.[1] ?? Number.NaN)
    if (!(travelled < whole - 0.9 * had))
      wrong.push(`${had} of ${whole} bytes were there when it was cut, ${travelled} travelled afterwards`)
    if (open || !copy.endsWith('.tar.gpg')) wrong.push(`the copy lies open: ${copy}`)
    const { status, body } = await visitSite({ ...empty, envFile: practice.envFile }, '/')
    if (status !== 200 || !/1001 Stories/.test(body)) wrong.push(`the site answers ${status}`)
    if (!contacts.stderr.includes('AWS Support') || !contacts.stderr.includes(copy))
      wrong.push('emergency.ts did not say what else can be done')
    return wrong
  } finally {
    rmSync(folder, { recursive: true, force: true })
    await down(name)
  }
}
