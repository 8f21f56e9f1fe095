/** Builds the images: a Debian base, the practice server of each shape, and what runs inside it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installPackages, run } from './docker.ts'
import { nodeAndNpm, prismaContext } from './downloads.ts'
import { hashOf, here, readJson, type Say, type Shape, stateDir, writeJson } from './state.ts'

export const label = 'rehearsal.inputs'
const folder = join(here, 'images')
const shapes = {
  plan: { suite: 'bookworm', packages: 'docker-compose nginx-light' }, // Docker 20.10, docker-compose 1.29
  live: { suite: 'trixie', packages: 'docker-cli docker-compose' }, // Docker 26.1, `docker compose`
}

/** True when the local image `name` was built from these inputs. */
async function isBuilt(name: string, inputs: string): Promise<boolean> {
  const found = await run({ nothrow: true })`docker image inspect --format ${`{{index .Config.Labels "${label}"}}`} ${name}`
  return found.exitCode === 0 && found.stdout.trim() === inputs
}

/** The tag `rehearsal/debian:<suite>`: pulled where a registry can be reached, made by debootstrap where not. */
async function debian(suite: string, say: Say): Promise<string> {
  const name = `rehearsal/debian:${suite}`
  if ((await run({ nothrow: true })`docker image inspect ${name}`).exitCode === 0) return name
  const answer = join(stateDir, 'registry.json')
  const registry = readJson<{ reachable: boolean }>(answer)
  if (registry?.reachable !== false) {
    const pulled = await run({ nothrow: true, timeout: '60s' })`docker pull -q debian:${suite}-slim`
    writeJson(answer, { reachable: pulled.exitCode === 0 })
    if (pulled.exitCode === 0) return await run`docker tag debian:${suite}-slim ${name}`, name
  }

  say(`no registry can be reached: making a Debian ${suite} base with debootstrap`)
  await installPackages((await run({ nothrow: true })`which debootstrap`).exitCode === 0 ? [] : ['debootstrap'], say)
  const root = mkdtempSync(join(tmpdir(), 'rehearsal-debian-'))
  try {
    await run`debootstrap --variant=minbase ${suite} ${root} http://deb.debian.org/debian`
    // As in Debian's own slim images: no manuals, no translations, no fsync for files of a throw-away layer.
    await run`
      cd ${root}
      rm -rf var/cache/apt/archives/*.deb var/lib/apt/lists/* usr/share/doc/* usr/share/man/* usr/share/locale/*
      printf 'path-exclude /usr/share/%s/*\n' doc man locale info >etc/dpkg/dpkg.cfg.d/slim
      printf 'Binary::apt::APT::Keep-Downloaded-Packages "false";\\nDir::Cache::pkgcache "";\\nDir::Cache::srcpkgcache "";\\n' \\
        >etc/apt/apt.conf.d/no-cache
      echo force-unsafe-io >etc/dpkg/dpkg.cfg.d/unsafe-io
      printf '#!/bin/sh\nexit 101\n' >usr/sbin/policy-rc.d && chmod 755 usr/sbin/policy-rc.d
      tar -c . | docker import --change 'CMD ["bash"]' --change 'ENV DEBIAN_FRONTEND=noninteractive' - ${name}`
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
  return name
}

interface Build {
  name: string
  dockerfile: string
  context: string
  args?: Record<string, string>
  /** What it is built from besides the context: names of images. */
  from: string[]
}

/** Builds one image unless it is there already, built from the same inputs. */
async function build({ name, dockerfile, context, args = {}, from }: Build, say: Say): Promise<void> {
  const bases = await run`docker image inspect --format ${'{{.Id}}'} ${from}`
  const inputs = hashOf({ path: dockerfile }, { path: context }, JSON.stringify(args), bases.stdout)
  if (await isBuilt(name, inputs)) return
  say(`building ${name}`)
  const flags = Object.entries(args).flatMap(([key, value]) => ['--build-arg', `${key}=${value}`])
  await run`docker build -q -t ${name} --label ${label}=${inputs} -f ${dockerfile} ${flags} ${context}`
}

/** Makes every image that this shape needs. Says which ones it had to build. */
export async function buildImages(shape: Shape, say: Say): Promise<{ server: string; inner: Record<string, string> }> {
  const { suite, packages } = shapes[shape]
  const bookworm = 'rehearsal/debian:bookworm'
  const own = (name: string) => ({ dockerfile: join(folder, name, 'Dockerfile'), context: join(folder, name) })
  const nodeFiles = nodeAndNpm(say)
  const prismaFiles = prismaContext(shape, say)
  for (const early of [nodeFiles, prismaFiles]) early.catch(() => {}) // a failure is thrown where it is awaited
  await Promise.all([...new Set(['bookworm', suite])].map((each) => debian(each, say)))

  const server = `rehearsal/server-${shape}`
  const node = async () => {
    await build({ name: 'rehearsal/node', dockerfile: join(folder, 'node/Dockerfile'), context: await nodeFiles, from: [bookworm] }, say)
    await Promise.all([
      build({ name: server, ...own('server'), args: { SUITE: suite, PACKAGES: packages }, from: [`rehearsal/debian:${suite}`, 'rehearsal/node'] }, say),
      build({ name: 'rehearsal/mailsink', ...own('mailsink'), from: ['rehearsal/node'] }, say),
    ])
    const dockerfile = join(folder, 'node/prisma.Dockerfile')
    await build({ name: `rehearsal/node-${shape}`, dockerfile, context: await prismaFiles, from: ['rehearsal/node'] }, say)
  }
  const services = async () => {
    await build({ name: 'rehearsal/postgres', ...own('postgres'), from: [bookworm] }, say)
    if (shape === 'live') await build({ name: 'rehearsal/nginx', ...own('nginx'), from: [bookworm] }, say)
  }
  await Promise.all([node(), services()])
  const inner = {
    'node:20-bookworm-slim': `rehearsal/node-${shape}`,
    'postgres:15': 'rehearsal/postgres',
    'mailsink:latest': 'rehearsal/mailsink',
    ...(shape === 'live' ? { 'nginx:stable': 'rehearsal/nginx' } : {}),
  }
  return { server, inner }
}
