import { bash, type Found, query, quote, read, server, value, who } from '@stories/shared'
import { type Manifest, readListing } from './manifest.ts'

/** Which of the upload directories are there. */
export async function present(paths: string[]): Promise<{ there: string[]; missing: string[] }> {
  const there = (await read`for path in ${paths}; do [ ! -d "$path" ] || echo "$path"; done`.text())
    .split('\n')
    .filter(Boolean)
  return { there, missing: paths.filter((path) => !there.includes(path)) }
}

/** The space that a backup needs and the space that is there, in bytes, on the file system it goes to. */
export async function need(
  database: Found['database'],
  uploads: string[],
  root: string,
): Promise<{ bytes: number; free: number }> {
  const size = Number(
    await value(database, database.name, 'SELECT sum(pg_database_size(oid)) FROM pg_database'),
  )
  const answer = await read`folder=${root}; while [ ! -d "$folder" ]; do folder=$(dirname "$folder"); done
    df -B1 --output=avail "$folder" | tail -n 1; du -sb .git ${uploads} 2>/dev/null | cut -f1`.text()
  const [free = 0, ...parts] = answer.trim().split('\n').map(Number)
  // The dump is about as large as the database; the compressed base backup at most the same; a tenth to spare.
  return {
    bytes: Math.ceil((2 * size + parts.reduce((sum, part) => sum + part, 0)) * 1.1) + 64 * 1024 ** 2,
    free,
  }
}

/** The bash text that lists every file below the current folder with size and hash; openssl hashes five times as fast as sha256sum. */
export const LISTING = `sudo find . -type f -printf '%s %P\\n'
sum=(sha256sum -b); ! command -v openssl >/dev/null || sum=(openssl dgst -sha256 -r)
sudo find . -type f -printf '%P\\0' | xargs -0 -r -n 500 sudo "\${sum[@]}"`

interface Gathered {
  found: Found
  directory: string
  release: string
  keptAs: string
  folders: { path: string; folder: string }[]
  missing: string[]
}

/** Everything that the manifest says of a backup; read when all of it is written. */
export async function gatherManifest({
  found,
  directory,
  release,
  keptAs,
  folders,
  missing,
}: Gathered): Promise<Manifest> {
  const { database } = found
  const [[oid = '', size = '', version = ''] = []] = await query(
    database,
    database.name,
    `SELECT oid, pg_database_size(oid), version() FROM pg_database WHERE datname = current_database()`,
  )
  // Through `server`: in a dry run there is nothing to list yet.
  const files = readListing((await server(bash(`cd ${quote(directory)}\n${LISTING}`))).stdout)
  const tools =
    await read`pg=$(docker exec ${database.container.name} pg_dump --version); printf '%s\n' "$pg" "$(tar --version | head -n 1)" "$(git --version)"`.text()
  const [dump = '', tar = '', git = ''] = tools.split('\n')
  return {
    release,
    taken: new Date().toISOString(),
    by: who(),
    database: {
      name: database.name,
      user: database.user,
      oid,
      bytes: Number(size),
      version,
      image: database.container.image,
      imageId: database.container.imageId,
      volume: database.volume ?? '',
    },
    code: { commit: found.head, branch: found.branch, dirty: found.dirty },
    app: { image: found.app?.image ?? '', imageId: found.app?.imageId ?? '', keptAs },
    uploads: folders.map(({ path, folder }) => {
      const inside = Object.entries(files).filter(([name]) => name.startsWith(`${folder}/`))
      return {
        path,
        folder,
        files: inside.length,
        bytes: inside.reduce((sum, [, file]) => sum + file.bytes, 0),
      }
    }),
    missingUploads: missing,
    files,
    tools: { pg_dump: dump, tar, git, docker: found.dockerVersion, compose: found.composeVersion },
  }
}
