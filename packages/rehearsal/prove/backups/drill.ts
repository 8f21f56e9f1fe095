import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ends, visitSite } from '../../eyes.ts'
import { environmentFor } from '../../operator.ts'
import { differences, down, fingerprint, inside, type Practice, up } from '../../practice.ts'

/** Removes everything of the site: project, backups, containers, volumes, the app's images, nginx's files. */
const EMPTY = `cd /home/ubuntu/1001project; docker-compose down --volumes --remove-orphans
docker image ls --format '{{.Repository}}:{{.Tag}}' | grep -E '^(1001|stories)' | xargs -r docker image rm
cd /; rm -rf /home/ubuntu/1001project /home/ubuntu/backups /srv/git /etc/nginx/tls /etc/nginx/sites-enabled/* /etc/nginx/sites-available/*`

/** Fetches and is killed in the middle: what is there must be of use to the next call. */
async function cut(practice: Practice, environment: Record<string, string>): Promise<void> {
  const child = spawn('tsx', ['packages/backup/fetch.ts'], {
    cwd: join(import.meta.dirname, '../../../..'),
    env: environmentFor(practice, environment),
    stdio: 'ignore',
    detached: true,
  })
  const part = () =>
    readdirSync(environment['FETCH_DIR']!, { recursive: true, encoding: 'utf8' }).some((name) =>
      /\.sql/.test(name),
    )
  for (let tries = 0; tries < 400 && !part(); tries++) await new Promise((resolve) => setTimeout(resolve, 25))
  process.kill(-child.pid!, 'SIGKILL')
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
    const before = await fingerprint(practice)
    await cut(practice, environment)
    const { stdout } = await ends(practice, 'backup/fetch', [], { hear, environment })
    const copy = stdout.trim()
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
