/** What a release directory holds, written last by backup.ts and checked first wherever the backup is used. */
export interface Manifest {
  release: string
  taken: string
  by: string
  /** What the server was, so that an empty machine can become it. */
  server: { project: string; compose: string; nginx: 'host' | 'container'; nginxConf: string }
  database: {
    service: string
    name: string
    user: string
    oid: string
    bytes: number
    version: string
    image: string
    imageId: string
    volume: string
  }
  code: { commit: string; branch: string; dirty: string[] }
  app: { service: string; image: string; imageId: string; keptAs: string }
  /** Names of the keys that .env had; never a value. */
  environment: string[]
  /** Every upload directory: its path in the project and the folder it lies in here. */
  uploads: { path: string; folder: string; files: number; bytes: number }[]
  missingUploads: string[]
  /** By file name, relative to the release directory. */
  files: Record<string, { sha256: string; bytes: number }>
  tools: Record<string, string>
}

/** The plan's seven artefacts; the folders of uploads stand for its books and books-upload. */
export const ARTEFACTS = [
  'database_backup.sql',
  'code_backup.tar.gz',
  '.env.backup',
  'current_commit.txt',
  'postgres_volume.tar.gz',
] as const

// Files that come and go in a release directory while it is used, and so are in no manifest.
const LIVING =
  /^(manifest\.json|manifest\.sha256|verified\.json|journal\.jsonl|incomplete|in-progress|.*\.tmp)$/

/**
 * The bash text that lists every file below the current folder with size and hash, a few files at a time on each
 * processor; openssl hashes five times as fast as sha256sum. A line is written whole, so that none lands inside another.
 */
export const LISTING = `sudo find . -type f -printf '%s %P\\n'
sum=(sha256sum -b); ! command -v openssl >/dev/null || sum=(openssl dgst -sha256 -r)
sudo find . -type f -printf '%P\\0' | sudo xargs -0 -r -n 16 -P "$(nproc)" stdbuf -oL "\${sum[@]}" | cat`

/** Reads the answer to {@link LISTING}: lines `size NAME` and `HASH *NAME`. */
export function readListing(text: string): Manifest['files'] {
  const files: Manifest['files'] = {}
  for (const line of text.split('\n')) {
    const hashed = /^([0-9a-f]{64}) [* ](.+)$/.exec(line)
    const sized = /^(\d+) (.+)$/.exec(line)
    const name = hashed?.[2] ?? sized?.[2]
    if (!name || LIVING.test(name)) continue
    const file = files[name] ?? { sha256: '', bytes: -1 }
    files[name] = hashed ? { ...file, sha256: hashed[1]! } : { ...file, bytes: Number(sized![1]) }
  }
  return files
}

/**
 * What of a manifest does not hold for the files that are there: a readable line each.
 * Every file that the manifest names must be there, with its size and hash. Nothing may have been added to the uploads;
 * beside them a deployment keeps files of its own.
 */
export function faults(manifest: Manifest, present: Manifest['files']): string[] {
  const lines: string[] = []
  for (const name of ARTEFACTS) if (!manifest.files[name]) lines.push(`${name} is not in the manifest`)
  for (const [name, { sha256, bytes }] of Object.entries(manifest.files)) {
    const file = present[name]
    if (!file) lines.push(`${name} is missing`)
    else if (file.bytes !== bytes) lines.push(`${name} has ${file.bytes} bytes instead of ${bytes}`)
    else if (file.sha256 !== sha256) lines.push(`${name} has another content than when it was written`)
  }
  for (const name of Object.keys(present)) {
    if (!manifest.files[name] && manifest.uploads.some(({ folder }) => name.startsWith(`${folder}/`)))
      lines.push(`${name} was added after the backup`)
  }
  return lines
}
