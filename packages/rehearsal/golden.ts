/**
 * The golden state of a practice server: everything built, seeded, started once and shut down cleanly, kept
 * as an image (its own file system) and a volume (its /var/lib/docker). A practice server starts from a copy,
 * in seconds.
 */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { schemaSql } from './app/schema.sql.ts'
import { seedSql } from './app/seed.sql.ts'
import { layUploads } from './app/uploads.ts'
import { containerOf, copyVolume, exec, ours, removeServer, runServer, until } from './container.ts'
import { run } from './docker.ts'
import { buildImages } from './images.ts'
import { dotenv, project, site } from './settings.ts'
import { hashOf, here, type Say, type Shape } from './state.ts'
import { layTree } from './tree.ts'

const tlsFolder: Record<Shape, string> = { plan: '/etc/nginx/tls', live: `${project}/certs` }
const setup = (name: string) => readFileSync(join(here, 'images/setup', name), 'utf8')

const repository = 'rehearsal/golden'
const volumeOf = (tag: string) => `rehearsal-golden-${tag}`

export interface Golden {
  image: string
  volume: string
}

export interface Size {
  sizeMb: number
  uploadsMb: number
}

/** Lays out, in a folder of this machine, what the setup scripts read. */
function layOut(shape: Shape, { sizeMb, uploadsMb }: Size): string {
  const folder = mkdtempSync(join(tmpdir(), 'rehearsal-lay-'))
  for (const version of ['v2', 'v3'] as const) {
    mkdirSync(join(folder, version))
    layTree(shape, version, join(folder, version))
  }
  mkdirSync(join(folder, 'uploads'))
  layUploads(shape, join(folder, 'uploads'), uploadsMb)
  writeFileSync(join(folder, 'seed.sql'), seedSql(shape, sizeMb))
  writeFileSync(join(folder, '.env'), dotenv(shape))
  writeFileSync(join(folder, 'schema.sql'), schemaSql(shape))
  cpSync(join(here, 'images/setup/nginx-default.conf'), join(folder, 'nginx-default.conf'))
  return folder
}

/**
 * The golden state for this shape and size: the one that is there, or a new one when any of its inputs has
 * changed.
 */
export async function golden(shape: Shape, size: Size, say: Say): Promise<Golden> {
  const { server, inner } = await buildImages(shape, say)
  const ids = await run`docker image inspect --format ${'{{.Id}}'} ${server} ${Object.values(inner)}`
  const folder = layOut(shape, size)
  try {
    const key = hashOf(
      shape,
      ids.stdout,
      { path: folder },
      { path: join(here, 'images/setup') },
      { path: join(here, 'golden.ts') },
    )
    const kind = `${shape}-${size.sizeMb}-${size.uploadsMb}-`
    const kept = { image: `${repository}:${kind}${key}`, volume: volumeOf(kind + key) }
    const there = run({
      nothrow: true,
    })`docker image inspect ${kept.image} && docker volume inspect ${kept.volume}`
    if ((await there).exitCode !== 0) {
      await removeGolden(kind)
      await make(kept, server, inner, shape, folder, say)
    }
    return kept
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function make(
  kept: Golden,
  server: string,
  inner: Record<string, string>,
  shape: Shape,
  folder: string,
  say: Say,
): Promise<void> {
  const container = containerOf(`making-${shape}`)
  await removeServer(container)
  await runServer(container, server)
  try {
    await until('the practice server to boot', 60, () => exec(container, 'test -e /run/booted'))
    say('loading the images into it')
    await run`docker save ${Object.values(inner)} | docker exec -i ${container} docker load -q`
    for (const [name, image] of Object.entries(inner))
      await exec(container, 'docker tag $2 $1 && docker rmi $2', { args: [name, image] })
    await run`tar -C ${folder} -c . | docker exec -i ${container} sh -c 'mkdir /tmp/lay && tar -x --no-same-owner -C /tmp/lay'`

    say('laying the git origin, the project, the uploads and the certificate')
    await exec(container, setup('repository.sh'))
    await exec(container, setup('certificate.sh'), { args: [tlsFolder[shape]] })
    await exec(container, setup('files.sh'), { args: [shape] })
    say('building the app, seeding the database')
    await exec(container, setup(`${shape}.sh`))
    await until('the site', 60, () => exec(container, `curl -fsS https://${site}/api/health/database`))

    say('shutting it down cleanly, keeping it')
    await exec(
      container,
      'rm -rf /tmp/lay /root/.cache; systemctl stop nginx || true; systemctl stop docker; truncate -cs 0 /var/log/dockerd.log /var/log/nginx/*.log',
    )
    await run`docker stop -t 60 ${container}`
    await copyVolume(container, kept.volume, server)
    await run`docker commit --change ${`LABEL ${ours}`} ${container} ${kept.image}`
  } finally {
    await removeServer(container)
  }
}

/**
 * Removes this checkout's golden states whose name begins so, image and volume, as far as no server uses
 * them.
 */
export async function removeGolden(prefix = ''): Promise<void> {
  const images =
    await run`docker image ls --filter label=${ours} --format ${'{{.Repository}}:{{.Tag}}'} ${repository}`
  const volumes = await run`docker volume ls -q --filter label=${ours}`
  // An image that a server still runs on stays, and then its volume stays too: one without the other is no
  // golden state.
  const used = new Set<string>()
  for (const image of images.stdout.split('\n')) {
    if (!image.startsWith(`${repository}:${prefix}`)) continue
    if ((await run({ nothrow: true })`docker rmi ${image}`).exitCode !== 0)
      used.add(volumeOf(image.slice(repository.length + 1)))
  }
  for (const volume of volumes.stdout.split('\n')) {
    if (volume.startsWith(volumeOf(prefix)) && !used.has(volume))
      await run({ nothrow: true })`docker volume rm ${volume}`
  }
}
