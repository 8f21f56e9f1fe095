import { type Found, read } from '@stories/shared'

/** An image by its id, with its size in bytes as Docker counts it. */
export interface Image {
  id: string
  name: string
  bytes: number
}

/** The log file of a container; Docker keeps what the container printed there, without an end. */
export interface LogFile {
  container: string
  path: string
  bytes: number
}

/** What can be freed without losing anything that a rollback needs. */
export interface Space {
  /** Free bytes where Docker keeps its data, and the share in use in percent. */
  free: number
  percent: number
  /** The build cache; Docker says how much of it nothing uses. */
  cache: number
  images: Image[]
  /** Stopped containers that failed builds left behind: they hold what the build had written until then. */
  remains: { id: string; bytes: number }[]
  logs: LogFile[]
}

/** Looks at everything that takes space where Docker keeps its data. Volumes are not looked at: they are never freed. */
export async function readSpace(found: Found, logLimit: number): Promise<Space> {
  const [disk, cache, dangling, remains, protectedIds, logs] = await Promise.all([
    read`df -B1 --output=avail,pcent "$(docker info -f '{{.DockerRootDir}}')" | tail -n 1`.text(),
    read`docker system df --format '{{.Type}}\t{{.Reclaimable}}'`.text(),
    read`docker images --no-trunc --filter dangling=true --format '{{.ID}}\t{{.Repository}}:{{.Tag}}\t{{.Size}}'`.text(),
    read`docker ps -aq --filter status=exited | xargs -r docker inspect -s -f '{{.Id}}\t{{.Config.Image}}\t{{json .Config.Cmd}}\t{{.SizeRw}}'`.text(),
    // The images that a rollback starts from, and those of every container, running or not.
    read`docker images --no-trunc -q 1001-stories-app; docker ps -aq | xargs -r docker inspect -f '{{.Image}}'`.text(),
    read`docker ps -aq | xargs -r docker inspect -f '{{.Name}}\t{{.LogPath}}' | while IFS=$'\t' read -r name path; do
      [ -z "$path" ] || printf '%s\t%s\t%s\n' "$name" "$path" "$(sudo stat -c %s "$path" 2>/dev/null || echo 0)"
    done`.text(),
  ])
  const [free = 0, percent = 0] = disk
    .trim()
    .split(/\s+/)
    .map((word) => Number.parseInt(word, 10))
  const kept = [...protectedIds.split('\n'), found.app?.imageId ?? '', found.database.container.imageId]
  return {
    free,
    percent,
    cache: readCache(cache),
    images: unprotected(readImages(dangling), kept),
    remains: readRemains(remains),
    logs: readLogs(logs).filter(({ bytes }) => bytes > logLimit),
  }
}

/** `Build Cache\t1.2GB` among the lines of `docker system df`, in bytes. */
export const readCache = (answer: string) => decimalBytes(/^Build Cache\t(\S+)/m.exec(answer)?.[1] ?? '')

/** `395MB`, `1.2GB (63%)` as Docker counts images: in powers of 1000. */
export function decimalBytes(text: string): number {
  const [, count = '0', unit = ''] = /^([\d.]+)\s*([kKMGT]?)B/.exec(text.trim()) ?? []
  return Math.round(Number(count) * 1000 ** ' KMGT'.indexOf(unit.toUpperCase() || ' '))
}

/** Lines of `id name size`, split by tabs. */
export const readImages = (answer: string): Image[] =>
  answer
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [id = '', name = '', size = ''] = line.split('\t')
      return { id, name, bytes: decimalBytes(size) }
    })

/**
 * The stopped containers of builds among lines of `id image command bytes`, split by tabs: a build runs `/bin/sh -c …` in
 * an image that has no name yet, and nobody else does.
 */
export const readRemains = (answer: string) =>
  answer
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([, image, command]) => image?.startsWith('sha256:') && command?.startsWith('["/bin/sh","-c",'))
    .map(([id = '', , , size]) => ({ id, bytes: Number(size) || 0 }))

/** The images that may go: none that a container uses or a rollback starts from (E40). */
export const unprotected = (images: Image[], kept: string[]) => images.filter(({ id }) => !kept.includes(id))

/** Lines of `/name path bytes`, split by tabs. */
export const readLogs = (answer: string): LogFile[] =>
  answer
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [name = '', path = '', size] = line.split('\t')
      return { container: name.replace(/^\//, ''), path, bytes: Number(size) }
    })
