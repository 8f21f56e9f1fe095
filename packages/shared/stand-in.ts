import { stopApp } from './app.ts'
import type { Found } from './found.ts'
import { read, server } from './server.ts'
import { run } from './step.ts'
import { until } from './until.ts'

/**
 * nginx in a container looks up the app's name when it starts, and does not start without it. While the app is stopped on
 * purpose, a container that does nothing bears the name, so that the maintenance page is there again after a reboot.
 */
const NAME = 'stories-stand-in'

/** Lets the stand-in bear the app's names. Nothing happens where nginx runs on the host. */
async function standIn({ nginx, appService, app, database }: Found): Promise<void> {
  const network = nginx.container?.networks[0]
  if (!network) return
  const names = [appService, ...(app ? [app.name] : [])].flatMap((name) => ['--network-alias', name])
  await server`docker inspect ${NAME} > /dev/null 2>&1 || docker run -d --name ${NAME} --restart unless-stopped --network ${network} ${names} --entrypoint sleep ${database.container.imageId} infinity > /dev/null`
}

/**
 * Stops the app, once the stand-in bears its names: a server that is rebooted with neither of them has an nginx that does not
 * start, and visitors who see no page.
 */
export async function stopBehindStandIn(found: Found): Promise<void> {
  await standIn(found)
  await stopApp(found)
}

/** Takes the stand-in away, once the app itself is up: nginx would send it half of the visitors. */
export async function dismissStandIn({ nginx }: Found): Promise<void> {
  if (nginx.container) await server`docker rm -f ${NAME} > /dev/null 2>&1 || true`
}

/**
 * Sees to it that nginx's container runs and has the very file that stands on the host, not one of equal content: a
 * container that was started while git had replaced the file, or that could not start at all, is started again.
 * @param held another name of the file that nginx may have meanwhile
 */
export async function wakeNginx({ nginx }: Found, held: string): Promise<void> {
  const { container, conf, confInside } = nginx
  if (!container) return
  const awake = async () =>
    (
      await read`inode=$(docker exec ${container.name} stat -c %i ${confInside} 2>/dev/null) || exit 0
      for file in ${conf} ${held}; do if [ "$inode" = "$(sudo stat -c %i "$file" 2>/dev/null)" ]; then echo yes; fi; done`.text()
    ).includes('yes') || undefined
  if (await awake()) return
  await server`docker restart -t 3 ${container.name} > /dev/null`
  if (!run.dryRun) await until(`${container.name} to run`, 30, awake)
}
