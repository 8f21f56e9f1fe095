/**
 * The practice server: a small Lightsail in one container, brought up from its golden state, reached into,
 * and removed.
 */
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  containerOf,
  copyVolume,
  exec,
  removeNetwork,
  removeServer,
  runServer,
  servers,
  until,
} from './container.ts'
import { dockerAnswers, ensureDocker, ensureTools, run, stopDocker } from './docker.ts'
import { golden, removeGolden } from './golden.ts'
import { exclusively } from './lock.ts'
import { scriptSettings, site } from './settings.ts'
import { readJson, type Say, type Shape, stateDir, writeJson } from './state.ts'

export { differences, type Fingerprint, fingerprint } from './fingerprint.ts'

export interface Practice {
  shape: Shape
  name: string
  container: string
  /** Its IP address; the name of the site is in `settings.ts`. */
  address: string
  /** Its folder on this machine: key, CA, settings, known hosts. */
  dir: string
  envFile: string
  sshKey: string
}

export interface UpOptions {
  shape: Shape
  /** Default: the shape. Several practice servers of different names may be up at once. */
  name?: string
  /** Size of the database's data. Default 50. */
  sizeMb?: number
  /** Size of the uploads. Default 20. */
  uploadsMb?: number
  say?: Say
}

/**
 * Brings up a practice server in its golden state (a running one of the same name is replaced) and waits
 * until it serves.
 */
export async function up({
  shape,
  name = shape,
  sizeMb = 50,
  uploadsMb = 20,
  say = () => {},
}: UpOptions): Promise<Practice> {
  const container = containerOf(name)
  const dir = join(stateDir, name)
  // One at a time builds; nobody rebuilds a golden state while another copies it, nor stops the daemon under
  // it.
  const start = async () => {
    await ensureTools(say)
    await ensureDocker(say)
    await removeServer(container)
    rmSync(dir, { recursive: true, force: true })
    mkdirSync(dir, { recursive: true, mode: 0o700 })
    const { volume, image } = await golden(shape, { sizeMb, uploadsMb }, say)
    say('copying the golden state')
    await copyVolume(volume, container, image)
    return runServer(container, image)
  }
  const address = await exclusively('docker', start, () => say('another one is being made: waiting'))

  say('starting it')
  const sshKey = join(dir, 'id_ed25519')
  await run`ssh-keygen -q -t ed25519 -N "" -C practice -f ${sshKey}`
  const publicKey = (await run`cat ${sshKey}.pub`).stdout
  await exec(container, 'install -m 0600 -o ubuntu -g ubuntu /dev/stdin /home/ubuntu/.ssh/authorized_keys', {
    input: publicKey,
  })
  writeFileSync(join(dir, 'ca.pem'), await exec(container, 'cat /etc/ssl/rehearsal/ca.pem'))
  writeFileSync(join(dir, 'known_hosts'), '')
  const practice = {
    shape,
    name,
    container,
    address,
    dir,
    envFile: join(dir, 'env'),
    sshKey,
  }
  writeFileSync(practice.envFile, scriptSettings(practice), { mode: 0o600 })
  writeJson(join(dir, 'practice.json'), practice)
  await serving(practice)
  return practice
}

/** Waits until ssh takes connections and the site answers through nginx, database included. */
async function serving({ address, dir }: Practice): Promise<void> {
  await until('ssh', 60, () => run`ssh-keyscan -T 1 -t ed25519 ${address} | grep -q ed25519`)
  const url = `https://${site}/api/health/database`
  await until(
    'the site',
    90,
    () => run`curl -fsS --max-time 5 --cacert ${dir}/ca.pem --connect-to ::${address}: ${url}`,
  )
}

/** The practice server of this name that `up` made, as another process may have left it. */
export function find(name: string): Practice | undefined {
  return readJson<Practice>(join(stateDir, name, 'practice.json'))
}

/**
 * Removes the practice server of this name, without one all of this checkout's; `all` removes the golden
 * states too. A Docker daemon that `up` started is stopped when nothing runs on it any more.
 */
export async function down(name?: string, options: { all?: boolean; say?: Say } = {}): Promise<void> {
  const { all = false, say = () => {} } = options
  if (await dockerAnswers()) {
    for (const container of name ? [containerOf(name)] : await servers()) {
      say(`removing ${container}`)
      await removeServer(container)
    }
    await removeNetwork()
    if (all) await removeGolden()
  }
  for (const each of existsSync(stateDir) ? readdirSync(stateDir) : []) {
    if (name ? each === name : find(each)) rmSync(join(stateDir, each), { recursive: true, force: true })
  }
  await exclusively('docker', () => stopDocker(say))
}

/**
 * Runs a bash script as root in the server: the tests' own eyes and hands. Throws with its stderr when it
 * fails.
 */
export function inside(
  practice: Practice,
  script: string,
  options: { input?: string } = {},
): Promise<string> {
  return exec(practice.container, script, options)
}

/**
 * Takes the power away and gives it back; waits until the server takes ssh connections again (not for the
 * site).
 */
export async function reboot(practice: Practice): Promise<void> {
  await run`docker kill ${practice.container}`
  await run`docker start ${practice.container}`
  await until('the server to boot', 60, () => inside(practice, 'test -e /run/booted'))
}

/** Stops or starts the server's Docker daemon. */
export async function daemon(practice: Practice, action: 'stop' | 'start'): Promise<void> {
  await inside(practice, `systemctl ${action} docker`)
}

/** Commits files (path in the project → content) to a branch of the git origin, and returns the commit. */
export async function commitTo(
  practice: Practice,
  branch: string,
  files: Record<string, string>,
): Promise<string> {
  const script = `
    work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT && chown ubuntu "$work" && cd "$work"
    as_ubuntu() { sudo -u ubuntu -H "$@"; }
    as_ubuntu git clone --quiet --no-hardlinks --branch ${branch} /srv/git/1001project.git .
    as_ubuntu node -e '
      const { mkdirSync, readFileSync, writeFileSync } = require("node:fs")
      for (const [path, content] of Object.entries(JSON.parse(readFileSync(0, "utf8")))) {
        mkdirSync(require("node:path").dirname(path), { recursive: true })
        writeFileSync(path, content)
      }'
    as_ubuntu git add --all && as_ubuntu git commit --quiet --allow-empty -m 'Practice change' && as_ubuntu git push --quiet origin HEAD
    git -c safe.directory='*' rev-parse HEAD`
  return (await inside(practice, script, { input: JSON.stringify(files) })).trim()
}
