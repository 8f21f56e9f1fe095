import { copyOut, type Found, read, type Settings, say, server, warn } from '@stories/shared'
import { gently } from './bounds.ts'

/** Which of the upload directories are on the server; the others are reported and passed over (E7). */
export async function present(paths: string[]): Promise<{ there: string[]; missing: string[] }> {
  const answer = await read`for path in ${paths}; do [ ! -d "$path" ] || echo "$path"; done`.text()
  const there = answer.split('\n').filter(Boolean)
  const missing = paths.filter((path) => !there.includes(path))
  for (const path of missing) warn(`${path} is not on this server: nothing to back up there`)
  return { there, missing }
}

/** The folder of an upload directory inside a release: the plan's `books` for `public/books`; longer where two would clash. */
export function uploadFolders(paths: string[]): { path: string; folder: string }[] {
  const last = (path: string) => path.replace(/\/+$/, '').split('/').at(-1)!
  return paths.map((path) => {
    const clash = paths.some((other) => other !== path && last(other) === last(path))
    return { path, folder: clash ? path.replaceAll('/', '-') : last(path) }
  })
}

/**
 * Copies the upload directories, and what the app wrote inside its container outside any mount. A file that the newest
 * verified backup has as well costs no second copy; its content decides, not its time: what was spoilt there is not
 * taken over. `uploads_owners.tsv` keeps who owns what, for file systems that cannot.
 */
export async function copyUploads(
  folders: { path: string; folder: string }[],
  app: Found['app'],
  directory: string,
  { BACKUP_ROOT: root, NICE: nice }: Settings,
): Promise<void> {
  const gentle = gently(nice)
  for (const { path, folder } of folders) {
    const older = `${root}/current/${folder}`
    await server`if command -v rsync >/dev/null; then sudo ${gentle} rsync -a --checksum --link-dest=${older} ${path}/ ${directory}/${folder}/
      else sudo ${gentle} cp -a --reflink=auto ${path} ${directory}/${folder}; fi
      cd ${directory}; sudo find ${folder} -printf '%U:%G\t%m\t%p\n' >> uploads_owners.tsv`
  }
  const inside = app ? await copyOut(app, `${directory}/container-files.tar`) : []
  if (inside.length > 0)
    say(`  ${inside.length} files that the app wrote inside its container, outside any mount, are kept too`)
}
