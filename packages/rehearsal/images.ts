/** Builds the images: a Debian base, the practice server of each shape, and what runs inside it. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { debian } from './debian.ts'
import { run } from './docker.ts'
import { nodeAndNpm, prismaContext } from './downloads.ts'
import { hashOf, here, type Say, type Shape } from './state.ts'

const inputsLabel = 'rehearsal.inputs'
const shapes = {
  plan: { SUITE: 'bookworm', PACKAGES: 'docker-compose nginx-light' }, // Docker 20.10, docker-compose 1.29
  live: { SUITE: 'trixie', PACKAGES: 'docker-cli docker-compose' }, // Docker 26.1, `docker compose`
}

export interface Images {
  server: string
  /** What runs inside the server: the name there, and the image here. */
  inner: Record<string, string>
}

const underWay = new Map<string, Promise<void>>()

/** Makes an image that several shapes need: who asks for it while it is being made waits for that. */
function inCommon(name: string, make: () => Promise<void>): Promise<void> {
  const making = underWay.get(name) ?? make().finally(() => underWay.delete(name))
  underWay.set(name, making)
  return making
}

/**
 * Makes every image that this shape needs; builds those alone whose inputs have changed. Those of several shapes may be made
 * side by side.
 */
export async function buildImages(shape: Shape, say: Say): Promise<Images> {
  const server = `rehearsal/server-${shape}`
  const inner: Record<string, string> = {
    'node:20-bookworm-slim': `rehearsal/node-${shape}`,
    'postgres:15': 'rehearsal/postgres',
    'mailsink:latest': 'rehearsal/mailsink',
  }
  if (shape === 'live') inner['nginx:stable'] = 'rehearsal/nginx'

  const node = async () => build('rehearsal/node', 'node', { context: await nodeAndNpm(say) }, say)
  const prisma = prismaContext(shape, say)
  const bases = new Set(['bookworm', shapes[shape].SUITE])
  await Promise.all([prisma, ...[...bases].map((suite) => inCommon(suite, () => debian(suite, say)))])
  await Promise.all([
    node().then(() =>
      Promise.all([
        build(server, 'server', { args: shapes[shape] }, say),
        build('rehearsal/mailsink', 'mailsink', {}, say),
        prisma.then((context) => build(`rehearsal/node-${shape}`, 'node-prisma', { context }, say)),
      ]),
    ),
    build('rehearsal/postgres', 'postgres', {}, say),
    shape === 'live' && build('rehearsal/nginx', 'nginx', {}, say),
  ])
  return { server, inner }
}

interface BuildOptions {
  /** Default: the folder of the Dockerfile. */
  context?: string
  args?: Record<string, string>
}

/**
 * Builds one image from the Dockerfile in `images/<folder>`, unless it is there already, built from the same
 * inputs.
 */
const build = (name: string, folder: string, options: BuildOptions, say: Say) =>
  inCommon(name, () => buildNow(name, folder, options, say))

async function buildNow(name: string, folder: string, options: BuildOptions, say: Say): Promise<void> {
  const { context = join(here, 'images', folder), args = {} } = options
  const dockerfile = join(here, 'images', folder, 'Dockerfile')
  const ids =
    await run`docker image inspect --format ${'{{.Id}}'} ${basesOf(readFileSync(dockerfile, 'utf8'), args)}`
  const inputs = hashOf({ path: dockerfile }, { path: context }, JSON.stringify(args), ids.stdout)

  const format = `{{.Id}} {{index .Config.Labels "${inputsLabel}"}}`
  const found = await run({ nothrow: true })`docker image inspect --format ${format} ${name}`
  const [old, oldInputs] = found.stdout.trim().split(' ')
  if (oldInputs === inputs) return
  say(`building ${name}`)
  const flags = Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
  await run`docker build -q -t ${name} --label ${inputsLabel}=${inputs} -f ${dockerfile} ${flags} ${context}`
  if (old) await run({ nothrow: true })`docker rmi ${old}` // stays while another image is built on it
}

/** The images a Dockerfile is built from, its arguments filled in. */
export function basesOf(dockerfile: string, args: Record<string, string>): string[] {
  const names = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, name]) => name!)
  return names.map((name) => name.replace(/\$\{(\w+)\}/g, (_, key) => args[key] ?? ''))
}
