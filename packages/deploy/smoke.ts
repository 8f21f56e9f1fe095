import {
  entries,
  type Opened,
  read,
  removeContainer,
  run,
  type Scratch,
  Stop,
  server,
  until,
} from '@stories/shared'
import { effectiveEnvironment } from './effective.ts'

/** The pages that any version of the site must answer, asked for inside the container that holds it. */
const asks = (paths: string[], port: string) => `
const paths = ${JSON.stringify(paths)};
(async () => {
  for (const path of paths) {
    const answer = await fetch('http://127.0.0.1:${port}' + path, { redirect: 'manual', signal: AbortSignal.timeout(10000) }).catch((error) => ({ status: error.cause?.code ?? error.message }));
    if (!(answer.status >= 200 && answer.status < 400)) { console.log(path + ' answers ' + answer.status); process.exitCode = 1; }
  }
})()`

/**
 * Starts an image of the app on a database of the scratch Postgres and asks it for its pages. Its network is the scratch
 * container's own, which leads nowhere: it can send no mail and reach no production.
 * @returns what is wrong, a line each; nothing when the version works on this database
 */
export async function smoke(
  { settings, compose, app }: Opened,
  image: string,
  scratch: Scratch,
  database: string,
  extra: string[] = [],
): Promise<string[]> {
  const file = entries((await read`sudo cat .env`.text()).split('\n'))
  const effective = effectiveEnvironment(await read`${compose} config`.text(), app)
  const url = `postgresql://${encodeURIComponent(scratch.user)}:scratch@127.0.0.1:5432/${database}`
  const environment = Object.entries({ ...file, ...effective, DATABASE_URL: url }).map(
    ([key, value]) => `${key}=${value}\n`,
  )
  const name = 'stories-scratch-app'
  await removeContainer(name)
  try {
    await server({
      input: environment.join(''),
    })`docker run -d --name ${name} --label stories.scratch=app --network ${`container:${scratch.container}`} --env-file /dev/stdin ${image} > /dev/null`
    if (run.dryRun) return []
    const paths = [settings.HEALTH_PATH, settings.DATABASE_HEALTH_PATH, '/', settings.STORIES_PATH, ...extra]
    let last = ''
    const answered = await until('the app on the copy', 60, async () => {
      const answer =
        await read`docker exec ${name} node -e ${asks(paths, settings.APP_PORT)} 2>&1 || { docker inspect -f 'running {{.State.Running}}' ${name}; exit 1; }`.nothrow()
      last = answer.stdout.trim()
      if (answer.exitCode === 0) return []
      if (last.includes('running false'))
        return [`it does not start: ${(await read`docker logs --tail 5 ${name} 2>&1`.text()).trim()}`]
      // An app that listens and still refuses a page will not change its mind.
      return last.includes('ECONNREFUSED')
        ? undefined
        : last.split('\n').filter((line) => line.includes(' answers '))
    }).catch((error: unknown) => {
      if (error instanceof Stop) return [last]
      throw error
    })
    return answered
  } finally {
    await removeContainer(name)
  }
}
