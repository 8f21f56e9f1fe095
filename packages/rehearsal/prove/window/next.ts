import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../../docker.ts'
import { npmCacheOf } from '../../downloads.ts'
import { commitTo, inside, type Practice } from '../../practice.ts'
import { project } from '../../settings.ts'
import { here, type Say } from '../../state.ts'

const layer = join(here, 'app/next')

/** The layer's files, path in the project → content, as one version of the site has them. */
export function filesOf(version: string): Record<string, string> {
  const paths = readdirSync(layer, { recursive: true, encoding: 'utf8' })
  const files = paths.filter((path) => statSync(join(layer, path)).isFile())
  return Object.fromEntries(
    files.map((path) => [
      path,
      readFileSync(join(layer, path), 'utf8').replaceAll('"version": "0.0.0"', `"version": "${version}"`),
    ]),
  )
}

/** Lets the server's node image bring the layer's packages: there is no network inside it. */
async function bringPackages(practice: Practice, say: Say): Promise<void> {
  const cache = await npmCacheOf('next', [layer], say)
  const dockerfile = 'FROM node:20-bookworm-slim\nCOPY npm-cache /opt/npm-cache\n'
  await inside(practice, 'mkdir /tmp/packages; cat > /tmp/packages/Dockerfile', { input: dockerfile })
  await run`docker cp ${cache} ${practice.container}:/tmp/packages/npm-cache`
  await inside(
    practice,
    'docker build -q -t node:20-bookworm-slim /tmp/packages > /dev/null; rm -r /tmp/packages',
  )
}

/**
 * Makes the practice site one that is built as the live one is: Next.js renders its pages, so that its image takes a
 * `next build`. Both branches get it, and the old one runs afterwards.
 */
export async function layNext(practice: Practice, say: Say): Promise<void> {
  say('making the site one that Next.js renders')
  await bringPackages(practice, say)
  await commitTo(practice, 'feature/role-system-v2', filesOf('2.4.0'))
  await commitTo(practice, 'v3-ui-overhaul', filesOf('3.0.0'))
  await inside(
    practice,
    `cd ${project}; as_ubuntu() { sudo -u ubuntu -H "$@"; }
    as_ubuntu git pull --quiet; as_ubuntu docker-compose build --quiet app; as_ubuntu docker-compose up -d --no-deps app
    for second in $(seq 60); do if curl -fsS -o /dev/null http://localhost:3000/ 2> /dev/null; then exit; fi; sleep 1; done; exit 1`,
  )
}
