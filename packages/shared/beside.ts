import { serviceImage } from './app.ts'
import { refuse } from './exit.ts'
import type { Found } from './found.ts'
import { read, server } from './server.ts'
import type { Settings } from './settings.ts'
import { run } from './step.ts'

/** The container in which the new app runs beside the old one, while there is no window. */
export const BESIDE = 'stories-beside'

/** How the app beside stands. */
export interface Beside {
  imageId: string
  running: boolean
  /** Where nginx reaches it, as host and port: the same after a reboot. */
  place: string
}

/** Looks whether there is an app beside; undefined when there is none. */
export async function besideOf({ nginx }: Found, settings: Settings): Promise<Beside | undefined> {
  const format =
    '{{.Image}} {{.State.Running}} {{range .HostConfig.PortBindings}}{{(index . 0).HostPort}}{{end}}'
  const answer = await read`docker inspect --format ${format} ${BESIDE} 2>/dev/null || true`.text()
  const [imageId = '', running, port] = answer.trim().split(' ')
  if (!imageId) return undefined
  // By name, or by a port that is published: its address is another one after a reboot, these two stay.
  const place = nginx.container ? `${BESIDE}:${settings.APP_PORT}` : `127.0.0.1:${port}`
  return { imageId, running: running === 'true', place }
}

/**
 * Starts an image beside the app's service, with the service's own environment, mounts and networks, and without its name
 * and port: so both run at once. For nginx on the host it gets a free port of the loopback, for nginx in a container its
 * name is enough.
 * @param image the new image; it gets the name that compose looks for
 */
export async function startBeside(found: Found, settings: Settings, image: string): Promise<void> {
  const { compose, appService: service } = found
  const name = await serviceImage(found)
  const publish = found.nginx.container
    ? []
    : ['-p', `127.0.0.1:${await freePort(settings)}:${settings.APP_PORT}`]
  await server`docker rm -f ${BESIDE} > /dev/null 2>&1 || true; docker tag ${image} ${name}
    ${compose} run -d --no-deps --name ${BESIDE} ${publish} ${service} > /dev/null`
}

/** Lets it come back after a reboot: visitors may be led to it. */
export const keepBeside = () => server`docker update --restart unless-stopped ${BESIDE} > /dev/null`

/** The first port above the app's own that nobody listens on. */
async function freePort({ APP_PORT }: Settings): Promise<number> {
  const taken = (await read`ss -Htln | awk '{ print $4 }'`.text())
    .split('\n')
    .map((address) => Number(address.split(':').at(-1)))
  let port = Number(APP_PORT) + 1
  while (taken.includes(port)) port++
  return port
}

/**
 * Asks an app for the site's pages on its container's own address, before any visitor does.
 * @throws Stop (exit 3) with what does not work
 */
export async function tryPages(settings: Settings, container: string): Promise<void> {
  const { HEALTH_PATH, DATABASE_HEALTH_PATH, STORIES_PATH, SAMPLE_FILE, APP_PORT } = settings
  const paths = [...new Set([HEALTH_PATH, DATABASE_HEALTH_PATH, '/', STORIES_PATH, SAMPLE_FILE])]
  const host = `Host: ${new URL(settings.PUBLIC_URL).host}`
  const answers =
    await read`address=$(docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}' ${container} | cut -d' ' -f1)
    for path in ${paths}; do curl -s -o /dev/null -m 10 -H ${host} -H 'X-Forwarded-Proto: https' -w "$path %{http_code}\n" "http://$address:"${APP_PORT}"$path" || true; done`.nothrow()
  const right = answers.stdout.split('\n').filter((line) => / [23]\d\d$/.test(line))
  if (right.length < paths.length && !run.dryRun)
    refuse(`The new app does not work: ${answers.stdout.trim().replaceAll('\n', ', ') || answers.stderr}`)
}

/** Stops and removes the app beside, if there is one. Its requests are given time to end. */
export const removeBeside = () =>
  server`docker stop -t 20 ${BESIDE} > /dev/null 2>&1 || true; docker rm -f ${BESIDE} > /dev/null 2>&1 || true`
