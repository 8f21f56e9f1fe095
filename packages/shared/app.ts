import { refuse } from './exit.ts'
import type { Found } from './found.ts'
import { progress } from './log.ts'
import type { ReleaseFiles } from './release-files.ts'
import { read, server } from './server.ts'
import type { Settings } from './settings.ts'
import { run } from './step.ts'
import { until } from './until.ts'

/** The image name that compose gives a service, read from `config`'s normalized YAML; without an `image:` it is made of project and service. */
export function imageName(config: string, project: string, service: string, compose: string[]): string {
  const section = new RegExp(`^ {2}${service.replace(/[^\w-]/g, '.')}:\\n((?: {4}.*\\n?)*)`, 'm').exec(
    config.slice(Math.max(config.search(/^services:/m), 0)),
  )?.[1]
  const named = /^ {4}image: *["']?([^"'\n]+?)["']? *$/m.exec(section ?? '')?.[1]
  return named ?? `${project}${compose.length === 1 ? '_' : '-'}${service}`
}

/** The image name that compose gives the app's service as the project folder is now. */
export const serviceImage = async ({ compose, project, appService }: Found) =>
  imageName(await read`${compose} config`.text(), project, appService, compose)

/**
 * The name that compose gives the app's image, as it did when the backup was taken; empty when a compose file has changed since,
 * and compose must be asked.
 */
export async function nameAsBefore({ code, app }: ReleaseFiles['manifest']): Promise<string> {
  if (code.dirty.length > 0) return ''
  const same = await read`git diff --quiet ${code.commit} -- '*.yml' '*.yaml'`.nothrow()
  return same.exitCode === 0 ? app.image : ''
}

/** How the app's container stands. */
interface Standing {
  id: string
  imageId: string
  running: boolean
  restarts: number
  exit: number
  address: string
  ready: boolean
  health: string
}

/**
 * Asks everything about the app in one round trip, and lets it have a second to become healthy: about its service's container,
 * or about the one that is named.
 */
async function standing(found: Found, settings: Settings, name?: string): Promise<Standing | undefined> {
  const format =
    '{{.Id}}|{{.Image}}|{{.State.Running}}|{{.RestartCount}}|{{.State.ExitCode}}|{{.State.StartedAt}}|{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
  // A container beside the service is one of the service too, but for its label.
  const which = name
    ? ['--filter', `name=^/${name}$`]
    : [`project=${found.project}`, `service=${found.appService}`, 'oneoff=False'].flatMap((label) => [
        '--filter',
        `label=com.docker.compose.${label}`,
      ])
  const answer = await read`id=$(docker ps -aq ${which} | head -n 1)
    [ -n "$id" ] || exit 0
    line=$(docker inspect --format ${format} "$id"); echo "$line"; IFS='|' read -r _ _ _ _ _ started address <<< "$line"
    health=000
    while [ -n "$address" ]; do
      health=$(curl -s -o /dev/null -m 3 -w '%{http_code}' "http://$address:"${settings.APP_PORT}${settings.DATABASE_HEALTH_PATH} || true)
      if [ "$health" = 200 ] || [ "$SECONDS" -gt 1 ]; then break; fi
      sleep 0.05
    done
    docker logs --since "$started" "$id" 2>&1 | grep -cF -- ${settings.READY_LINE} || true
    echo "$health"`.text()
  const [line, ready = '0', health = '000'] = answer.trim().split('\n')
  if (!line) return undefined
  const [id = '', imageId = '', running, restarts, exit, , address = ''] = line.split('|')
  return {
    id,
    imageId,
    running: running === 'true',
    restarts: Number(restarts),
    exit: Number(exit),
    address,
    ready: Number(ready) > 0,
    health,
  }
}

/** Stops the app's service, if it has a container, and leaves that; as `compose stop` does, which needs 0.3 s to load itself. */
export async function stopApp({ app }: Found): Promise<void> {
  if (app) await server`docker stop -t 20 ${app.name} > /dev/null`
}

/** The last lines that a container logged. */
export const lastLog = (container: string, lines = 15) =>
  read`docker logs --tail ${lines} ${container} 2>&1 || true`.text()

/**
 * Starts the app's service from an image that is there already, and waits until it says that it is ready AND its
 * database health is 200. Its neighbours are left alone; nothing is built.
 * @param image the kept or newly built image; it gets the name that compose looks for
 * @param name that name, where {@link nameAsBefore} knows it: compose 1.29 needs 0.4 s to tell
 * @throws Stop (exit 3) with the app's last lines: a crash loop at once, a slow start at the deadline; or when compose has
 * started another image
 */
export async function startApp(
  found: Found,
  settings: Settings,
  image: string,
  name?: string,
): Promise<void> {
  const { compose, appService: service } = found
  const called = name || (await serviceImage(found))
  const [wanted] = await Promise.all([
    read`docker image inspect --format ${'{{.Id}}'} ${image}`.text(),
    server`docker tag ${image} ${called}; ${compose} up -d --no-deps --no-build ${service}`,
  ])
  const runs = await waitForApp(found, settings)
  if (!run.dryRun && runs !== wanted.trim())
    refuse(`${service} runs another image than ${image}: compose does not call it ${called}`)
}

/**
 * Waits until the app is ready and healthy; see {@link startApp}. In a dry run there is nothing to wait for.
 * @param name a container beside the service; without it the service's own
 * @returns the id of the image that it runs
 */
export async function waitForApp(found: Found, settings: Settings, name?: string): Promise<string> {
  if (run.dryRun) return ''
  let last: Standing | undefined
  try {
    await until(
      'the app to be ready and healthy',
      Number(settings.READY_SECONDS),
      async () => {
        last = await standing(found, settings, name)
        if (!last) return undefined
        if (last.restarts >= 3 || (!last.running && last.exit !== 0 && last.restarts >= 2)) {
          refuse(
            `The app does not start: it ended ${last.restarts} times, the last time with ${last.exit}\n${await lastLog(last.id)}`,
          )
        }
        progress(
          `${last.running ? 'running' : 'not running'}, ${last.ready ? 'ready' : 'not ready yet'}, health ${last.health}`,
        )
        return last.running && last.ready && last.health === '200' ? true : undefined
      },
      100,
    )
    return last?.imageId ?? ''
  } catch (error) {
    if (!last) throw error
    if (last.restarts >= 3) throw error
    const why = !last.running
      ? 'it is not running'
      : !last.ready
        ? `it never logged "${settings.READY_LINE}"`
        : `${settings.DATABASE_HEALTH_PATH} answers ${last.health}`
    refuse(`The app is not ready after ${settings.READY_SECONDS} s: ${why}\n${await lastLog(last.id)}`)
  }
}
