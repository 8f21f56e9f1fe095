/**
 * A practice server is one container. This runs it, reaches into it, and clones the volume that holds its
 * Docker.
 */
import { run } from './docker.ts'
import { exclusively } from './lock.ts'
import { hashOf, stateDir } from './state.ts'

// Several checkouts may share one Docker, and one that died may have left its servers there: whatever a checkout makes
// carries this label, and it removes nothing else; its servers' names carry a hash of it, so that they never meet.
export const ours = `rehearsal.checkout=${stateDir}`
const prefix = `rehearsal-${hashOf(stateDir).slice(0, 6)}-`
const addressLabel = 'rehearsal.address'
const network = { name: 'rehearsal', subnet: '10.203.0.0/24' }

// Docker inside a container, without --privileged (which not every kernel grants): the capabilities that
// mounting, cgroups and networks need, and no filter in front of them.
const capabilities = ['SYS_ADMIN', 'NET_ADMIN', 'SYS_PTRACE', 'DAC_READ_SEARCH', 'IPC_LOCK', 'SYSLOG']
const flags = [
  ...capabilities.flatMap((name) => ['--cap-add', name]),
  ...['seccomp=unconfined', 'systempaths=unconfined', 'apparmor=unconfined'].flatMap((option) => [
    '--security-opt',
    option,
  ]),
  ...['--cgroupns=host', '-v', '/sys/fs/cgroup:/sys/fs/cgroup', '--tmpfs', '/run:exec,mode=755'],
  ...['--add-host', '1001stories.test:127.0.0.1'],
]

/**
 * Starts a server's container; its /var/lib/docker is the volume of the same name. It has an address of its
 * own that it keeps through a reboot. Callers take turns: two at once would choose the same.
 */
export async function runServer(container: string, image: string): Promise<string> {
  await run({ nothrow: true })`docker network create --subnet ${network.subnet} ${network.name}`
  return exclusively('address', async () => {
    const taken =
      await run`docker ps -a --filter label=${addressLabel} --format ${`{{.Label "${addressLabel}"}}`}`
    const address = freeAddress(taken.stdout.split('\n'))
    await run`docker run -d --name ${container} --hostname ${container} --label ${ours} \
    --label ${addressLabel}=${address} --network ${network.name} --ip ${address} ${flags} \
    -v ${container}:/var/lib/docker ${image}`
    return address
  })
}

/** The first address of our network that no server has. */
export function freeAddress(taken: readonly string[]): string {
  for (let host = 10; host < 255; host++) {
    const address = network.subnet.replace(/0\/24$/, String(host))
    if (!taken.includes(address)) return address
  }
  throw new Error(
    `no free address in ${network.subnet}: remove some practice servers (npm run rehearse:down)`,
  )
}

/**
 * Runs a bash script as root in a server's container, and returns its stdout. Throws with its stderr when it
 * fails.
 */
export async function exec(
  container: string,
  script: string,
  options: { input?: string | Buffer; args?: string[] } = {},
): Promise<string> {
  const { input = '', args = [] } = options
  const whole = `set -euo pipefail\n${script}`
  const done = await run({ input, nothrow: true })`docker exec -i ${container} bash -c ${whole} bash ${args}`
  if (done.exitCode === 0) return done.stdout
  throw new Error(
    `in ${container}, exit ${done.exitCode}: ${done.stderr.trim() || done.stdout.trim().slice(-2000)}`,
  )
}

/**
 * Copies the volume `from` into a new volume `to`: owners, times, holes, and the attributes of overlay
 * layers.
 */
export async function copyVolume(from: string, to: string, image: string): Promise<void> {
  await run`docker volume create --label ${ours} ${to}`
  await run`docker run --rm --network none --cap-add SYS_ADMIN -v ${from}:/from:ro -v ${to}:/to --entrypoint cp \
    ${image} -a --reflink=auto /from/. /to/`
}

/** Removes our network, unless a server still uses it. */
export async function removeNetwork(): Promise<void> {
  await run({ nothrow: true })`docker network rm ${network.name}`
}

/** The container of the practice server of this name, which no other checkout has. */
export const containerOf = (name: string): string => prefix + name

/** The name of the practice server in this container. */
export const nameOf = (container: string): string => container.replace(prefix, '')

/** The containers of the servers of this checkout, running or half made. */
export async function servers(): Promise<string[]> {
  const containers = await run`docker ps -a --filter label=${ours} --format ${'{{.Names}}'}`
  const volumes = await run`docker volume ls -q --filter label=${ours}`
  const names = [...containers.stdout.split('\n'), ...volumes.stdout.split('\n')]
  return [...new Set(names)].filter((name) => name && !name.startsWith('rehearsal-golden-'))
}

/** Removes a server's container and volume, and the cgroups that its containers leave behind. */
export async function removeServer(container: string): Promise<void> {
  await run({ nothrow: true })`docker rm -f -v ${container}`
  await run({ nothrow: true })`docker volume rm -f ${container}`
  await run({
    nothrow: true,
  })`find /sys/fs/cgroup -depth -type d '(' -path ${`*/${container}`} -o -path ${`*/${container}/*`} ')' -exec rmdir {} +`
}

/**
 * Polls until `probe` gives something. Throws after `seconds`, naming what was awaited and the last failure.
 */
export async function until<T>(what: string, seconds: number, probe: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + seconds * 1000
  for (;;) {
    try {
      return await probe()
    } catch (error) {
      if (Date.now() > deadline)
        throw new Error(`waited ${seconds} s for ${what}: ${(error as Error).message}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
