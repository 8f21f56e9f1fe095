import { basename } from 'node:path/posix'
import { misuse, refuse } from './exit.ts'
import { keepSecretsOf } from './redact.ts'
import type { Settings } from './settings.ts'

/** A container as `docker inspect` shows it; only what is read here. */
export interface Inspected {
  Id: string
  Name: string
  Image: string
  Created: string
  RestartCount: number
  State: { Status: string; Running: boolean; ExitCode: number; StartedAt: string; Pid: number }
  Config: {
    Image: string
    Env: string[] | null
    Labels: Record<string, string> | null
    User?: string
    WorkingDir?: string
  }
  HostConfig: { PortBindings: Record<string, { HostIp: string; HostPort: string }[] | null> | null }
  Mounts: { Type: string; Name?: string; Source: string; Destination: string; RW: boolean }[]
  NetworkSettings: { Networks: Record<string, { IPAddress: string }> }
}

/** One container of the platform. */
export interface Container {
  id: string
  name: string
  service: string
  labels: Record<string, string>
  image: string
  imageId: string
  running: boolean
  status: string
  restarts: number
  pid: number
  environment: Record<string, string>
  mounts: Inspected['Mounts']
  networks: string[]
  address: string
}

/** What is really on the server: read from it, corrected by settings, shown before anything changes. */
export interface Found {
  compose: string[]
  composeVersion: string
  dockerVersion: string
  project: string
  app: Container | undefined
  appService: string
  /** Whether the app's port is published on the server; else it is reached on its container's own address (E30). */
  appPublished: string | undefined
  database: {
    container: Container
    service: string
    user: string
    name: string
    data: string
    volume: string | undefined
  }
  nginx: { kind: 'host' | 'container'; conf: string; container: Container | undefined; confInside: string }
  others: Container[]
  head: string
  branch: string
  dirty: string[]
}

/** Which versions are at work: docker-compose 1 needs 0.3 s to say so, and it does not change under a deployment's feet. */
const VERSIONS = `
part docker; docker version --format '{{.Server.Version}}'
part compose1; docker-compose version --short 2>/dev/null || true
part compose2; docker compose version --short 2>/dev/null || true`

/**
 * Every container as `docker inspect` shows it. Docker's own interface says it in a third of the time that its program needs to
 * load twice; where it is not at its usual place, the program is asked. One of them may be gone by now.
 */
const CONTAINERS = `socket=/var/run/docker.sock; urls=()
if [ -z "\${DOCKER_HOST-}\${DOCKER_CONTEXT-}" ] && ! grep -qs currentContext ~/.docker/config.json && [ -w $socket ] &&
  list=$(curl -fsS -m 10 --unix-socket $socket 'http://localhost/containers/json?all=1' 2> /dev/null); then
  for id in $(grep -oE '"Id":"[0-9a-f]{64}"' <<< "$list" | cut -d '"' -f 4); do urls+=("http://localhost/containers/$id/json"); done
  [ "\${#urls[@]}" = 0 ] || curl -fsS -m 10 --unix-socket $socket "\${urls[@]}" 2> /dev/null || true
else
  ids=$(docker ps -aq) || exit; [ -z "$ids" ] || docker inspect $ids || true
fi`

/**
 * The bash text that asks the server everything in one round trip; {@link readFound} reads its answer. Docker looks for its
 * part meanwhile.
 * @param versions false when an earlier answer to {@link versionsIn} is known
 * @param more other questions that are asked on the way, by the names under which {@link partOf} has their answers
 */
export const questions = (versions = true, more: Record<string, string> = {}) => `
part() { printf '\n@@%s\n' "$1"; }${versions ? VERSIONS : ''}
exec 5< <(${CONTAINERS})
containers=$!
part folder; pwd -P
part head; git rev-parse HEAD 2>/dev/null || true
part branch; git symbolic-ref --short -q HEAD 2>/dev/null || true
part dirty; git status --porcelain 2>/dev/null || true
part env; cat .env 2>/dev/null || true
part sites; grep -lE 'proxy_pass|server_name' /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*.conf 2>/dev/null | xargs -r readlink -f || true
part proxying; grep -lE 'proxy_pass' /etc/nginx/sites-enabled/* /etc/nginx/conf.d/*.conf 2>/dev/null | xargs -r readlink -f || true
${Object.entries(more)
  .map(([name, text]) => `part ${name}; ${text}`)
  .join('\n')}
part containers; cat <&5; wait "$containers"
part end
`

/** The part of an answer that says which versions are at work, to be put before a later answer without it. */
export const versionsIn = (answer: string) => answer.slice(0, answer.indexOf('\n@@folder\n'))

const parts = (text: string) =>
  Object.fromEntries(
    [...text.matchAll(/^@@(\w+)\n([\s\S]*?)(?=\n@@\w+\n|$(?![\s\S]))/gm)].map(([, key, value]) => [
      key,
      (value ?? '').trimEnd(),
    ]),
  )

/** A list, as Docker's program prints it, or a line each, as its interface answers. */
const readContainers = (text: string): Inspected[] =>
  text.startsWith('[')
    ? JSON.parse(text)
    : text
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line))

/** One part of an answer to {@link questions}. */
export const partOf = (answer: string, name: string) => parts(answer)[name] ?? ''

/** KEY=value entries of a container or an env file. */
export function entries(lines: string[]): Record<string, string> {
  return Object.fromEntries(
    lines
      .filter((line) => /^\s*(export\s+)?\w+\s*=/.test(line))
      .map((line) => {
        const at = line.indexOf('=')
        return [
          line
            .slice(0, at)
            .replace(/^\s*export\s+/, '')
            .trim(),
          line
            .slice(at + 1)
            .trim()
            .replace(/^(["'])(.*)\1$/, '$2'),
        ]
      }),
  )
}

function container(one: Inspected): Container {
  const labels = one.Config.Labels ?? {}
  const networks = Object.entries(one.NetworkSettings.Networks)
  return {
    id: one.Id,
    name: one.Name.replace(/^\//, ''),
    service: labels['com.docker.compose.service'] ?? '',
    labels,
    image: one.Config.Image,
    imageId: one.Image,
    running: one.State.Running,
    status: one.State.Status,
    restarts: one.RestartCount,
    pid: one.State.Pid,
    environment: entries(one.Config.Env ?? []),
    mounts: one.Mounts,
    networks: networks.map(([name]) => name),
    address: networks.map(([, network]) => network.IPAddress).find((address) => address !== '') ?? '',
  }
}

/**
 * Reads what the server answered to {@link questions}; settings override what was found.
 * Keeps every secret it meets for masking.
 * @throws Stop (exit 2) when the project folder is no git working tree, (exit 3) when there is no compose or no database
 * container: nothing can be done there
 */
export function readFound(answer: string, settings: Settings): Found {
  const part = parts(answer)
  if (!part['head'])
    misuse(
      `PROJECT_DIR: ${settings.PROJECT_DIR} on the server is not a git working tree`,
      'set the folder of the project, for example PROJECT_DIR=/home/ubuntu/1001project',
    )
  const all = readContainers(part['containers'] || '[]')
  for (const one of all) keepSecretsOf(entries(one.Config.Env ?? []))
  const env = entries((part['env'] ?? '').split('\n'))
  keepSecretsOf(env)

  const label = (one: Inspected, key: string) => one.Config.Labels?.[`com.docker.compose.${key}`]
  const folders = [settings.PROJECT_DIR, part['folder']]
  // `docker-compose run` leaves one-off containers with the same labels: they are not the service.
  const mine = all.filter(
    (one) => folders.includes(label(one, 'project.working_dir')) && label(one, 'oneoff') !== 'True',
  )
  const platform = mine.map(container)
  const project =
    mine.map((one) => label(one, 'project')).find(Boolean) ??
    basename(settings.PROJECT_DIR)
      .toLowerCase()
      .replace(/[^a-z0-9_-]/g, '')

  const databases = all
    .map(container)
    .filter((one) =>
      settings.DATABASE_CONTAINER
        ? one.name === settings.DATABASE_CONTAINER
        : platform.some((other) => other.id === one.id) &&
          (one.environment['PGDATA'] || /postgres/.test(one.image)),
    )
  const database = databases[0]
  if (!database) {
    const names = all.map((one) => one.Name.slice(1)).join(', ') || 'none'
    refuse(
      `There is no database container of ${settings.PROJECT_DIR}${settings.DATABASE_CONTAINER && ` named ${settings.DATABASE_CONTAINER}`}. Containers on this server: ${names}`,
      'start it with docker-compose up -d, or set DATABASE_CONTAINER, for example DATABASE_CONTAINER=1001-stories-db',
    )
  }
  const proxy = platform.find(
    (one) =>
      /nginx/.test(one.image) || one.mounts.some((mount) => mount.Destination.startsWith('/etc/nginx')),
  )
  const app =
    platform.find((one) =>
      settings.APP_SERVICE
        ? one.service === settings.APP_SERVICE
        : one.service === 'app' || one.name === '1001-stories-app',
    ) ??
    platform.find(
      (one) =>
        one.id !== database.id && one.id !== proxy?.id && one.environment['DATABASE_URL'] !== undefined,
    )
  const inspectedApp = all.find((one) => one.Id === app?.id)

  const url = /^[a-z]+:\/\/[^?]*\/([^/?]+)/.exec(
    app?.environment['DATABASE_URL'] ?? env['DATABASE_URL'] ?? '',
  )?.[1]
  const data = database.environment['PGDATA'] ?? '/var/lib/postgresql/data'
  const volume = database.mounts.find(
    (mount) => data === mount.Destination || data.startsWith(`${mount.Destination}/`),
  )
  const version = mine.map((one) => label(one, 'version')).find(Boolean) ?? ''
  const compose = settings.COMPOSE
    ? settings.COMPOSE
    : part['compose1'] && (version.startsWith('1.') || !part['compose2'])
      ? 'docker-compose'
      : 'docker compose'
  if (!part['compose1'] && !part['compose2'])
    refuse('There is neither docker-compose nor docker compose on the server', 'install one of them')

  const inside = proxy?.mounts.find((mount) => /nginx.*\.conf$|conf\.d|sites/.test(mount.Destination))
  const kind = settings.NGINX_KIND
    ? (settings.NGINX_KIND as 'host' | 'container')
    : proxy
      ? 'container'
      : 'host'
  const sites = (part['proxying'] || part['sites'] || '').split('\n').filter(Boolean)
  return {
    compose: compose.split(' '),
    composeVersion: (compose === 'docker-compose' ? part['compose1'] : part['compose2']) ?? '',
    dockerVersion: part['docker'] ?? '',
    project,
    app,
    appService: settings.APP_SERVICE || app?.service || 'app',
    appPublished: Object.entries(inspectedApp?.HostConfig.PortBindings ?? {}).find(([port]) =>
      port.startsWith(`${settings.APP_PORT}/`),
    )?.[1]?.[0]?.HostPort,
    database: {
      container: database,
      service: database.service,
      user: settings.DATABASE_USER || database.environment['POSTGRES_USER'] || 'postgres',
      name:
        settings.DATABASE_NAME ||
        (url && decodeURIComponent(url)) ||
        database.environment['POSTGRES_DB'] ||
        database.environment['POSTGRES_USER'] ||
        'postgres',
      data,
      volume: volume?.Name,
    },
    nginx: {
      kind,
      conf:
        settings.NGINX_CONF ||
        (kind === 'container' ? (inside?.Source ?? '') : (sites[0] ?? '/etc/nginx/sites-available/default')),
      container: kind === 'container' ? proxy : undefined,
      confInside: inside?.Destination ?? '/etc/nginx/nginx.conf',
    },
    others: all.map(container).filter((one) => !platform.some((other) => other.id === one.id)),
    head: part['head'] ?? '',
    branch: part['branch'] ?? '',
    dirty: (part['dirty'] ?? '').split('\n').filter(Boolean),
  }
}

/** Which server, which folder, which database: what a changing script shows first. */
export function describe(found: Found, settings: Settings): string[] {
  const { database, nginx, app } = found
  return [
    `server    ${settings.SERVER_HOST === 'here' ? 'this machine' : `${settings.SERVER_USER}@${settings.SERVER_HOST}`}, Docker ${found.dockerVersion}, ${found.compose.join(' ')} ${found.composeVersion}`,
    `project   ${settings.PROJECT_DIR}, ${found.branch || 'no branch'} at ${found.head.slice(0, 10) || 'no commit'}${found.dirty.length > 0 ? `, ${found.dirty.length} local changes` : ''}`,
    `app       ${app ? `${app.name} (${app.status})` : 'no container'}, ${found.appPublished ? `port ${found.appPublished} published` : 'port not published'}`,
    `database  ${database.name} as ${database.user} in ${database.container.name} (${database.container.status}), volume ${database.volume ?? 'none'}`,
    `nginx     ${nginx.kind === 'host' ? 'on the host' : `in ${nginx.container?.name}`}, ${nginx.conf}`,
  ]
}
