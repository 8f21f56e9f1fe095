import type { Container } from './found.ts'
import { quote } from './quote.ts'
import { bash, read, server } from './server.ts'

// What a running app writes as a matter of course and nobody misses.
const NOISE =
  /^\/(tmp|run|root|var\/(log|cache|tmp)|home\/[^/]+\/\.(npm|cache|config))(\/|$)|\/(node_modules|\.next|\.npm|\.cache)(\/|$)/

const added = (diff: string) =>
  diff
    .split('\n')
    .filter((line) => line.startsWith('A '))
    .map((line) => line.slice(2))

/** From `docker diff`: the files that a container added outside every mount, the directories that hold them left out (E7). */
export function writtenInside(diff: string, mounts: { Destination: string }[]): string[] {
  const paths = added(diff)
  const mounted = (path: string) =>
    mounts.some(({ Destination }) => path === Destination || path.startsWith(`${Destination}/`))
  const kept = paths.filter((path) => !NOISE.test(path) && !mounted(path))
  return kept.filter(
    (path) =>
      !paths.some((other) => other.startsWith(`${path}/`)) &&
      !mounts.some(({ Destination }) => Destination.startsWith(`${path}/`)),
  )
}

/** From `docker diff`: the directories that were added with these files; those that the image brought are none of ours. */
export const foldersAround = (diff: string, files: string[]): string[] =>
  added(diff).filter((path) => files.some((file) => file.startsWith(`${path}/`)))

/** Under sudo: the files of the first layer, `A` when no layer below has one of that name; a character device marks what was removed. */
const LAYERS = `set -euo pipefail; IFS=: read -ra layers <<< "$1"; cd "\${layers[0]}"
find . -mindepth 1 ! -type c -printf "%P\\n" | while IFS= read -r path; do
  how=A; for below in "\${layers[@]:1}"; do if [ -e "$below/$path" ] || [ -L "$below/$path" ]; then how=C; break; fi; done
  echo "$how /$path"
done`

/**
 * A bash text that prints what a container added and changed, as \`docker diff\` does, which compares every file of the image
 * for it: half a second and more that visitors wait. On overlay2 what a container wrote is a folder of its own, and can be
 * looked through at once; where it is not, \`docker diff\` is asked.
 */
export const changesIn = (
  container: string,
) => `layers=$(docker inspect --format '{{with .GraphDriver}}{{if eq .Name "overlay2"}}{{.Data.UpperDir}}:{{.Data.LowerDir}}{{end}}{{end}}' ${quote(container)})
if [ -n "$layers" ] && sudo -n test -d "\${layers%%:*}"; then sudo -n bash -c ${quote(LAYERS)} bash "$layers"; else docker diff ${quote(container)}; fi`

/**
 * Copies out what the app wrote inside its container and outside any mount: it would vanish when the container is
 * replaced (E7). Works on a stopped container too.
 * @param archive the tar file that is to hold them
 * @returns the paths
 */
export async function copyOut(
  container: Pick<Container, 'id' | 'mounts'>,
  archive: string,
): Promise<string[]> {
  const diff = await read(bash(changesIn(container.id))).text()
  const files = writtenInside(diff, container.mounts)
  if (files.length === 0) return []
  const folder = `${archive}.tmp`
  const list = (paths: string[]) => paths.map((path) => `.${path}`).join('\n')
  await server({ input: `${files.join('\n')}\n` })`rm -rf ${folder}; mkdir -p ${folder}
    while IFS= read -r file; do mkdir -p ${folder}"$(dirname "$file")"; docker cp -a ${container.id}:"$file" ${folder}"$file"; done
    sed '/^$/d' <<< ${list(foldersAround(diff, files))} | tar -cf ${archive}.new -C ${folder} --no-recursion --mode=755 --no-unquote -T -
    tar -rf ${archive}.new -C ${folder} --no-unquote -T - <<< ${list(files)}; sync ${archive}.new; mv ${archive}.new ${archive}; rm -rf ${folder}`
  return files
}

/** Puts the files back into a new container of the app; they are the ones that no image brought. */
export async function putBack(container: string, archive: string): Promise<void> {
  await server`[ ! -s ${archive} ] || docker cp -a - ${container}:/ < ${archive}`
}
