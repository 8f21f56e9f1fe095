/** What a release directory holds, written last by backup.ts and checked first by verify.ts. */
export interface Manifest {
  release: string
  taken: string
  by: string
  database: {
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
  app: { image: string; imageId: string; keptAs: string }
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

/** Files that come and go in a release directory while it is used, and so are in no manifest. */
export const LIVING =
  /^(manifest\.json|manifest\.sha256|verified\.json|journal\.jsonl|incomplete|in-progress|.*\.tmp)$/

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
 * Every file that the manifest names must be there, with its size and hash; none may have been added beside them.
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
    if (name.includes('/') && !manifest.files[name]) lines.push(`${name} was added after the backup`)
  }
  return lines
}

/** The folder of an upload directory inside a release: the plan's `books` for `public/books`; longer where two would clash. */
export function uploadFolders(paths: string[]): { path: string; folder: string }[] {
  const last = (path: string) => path.replace(/\/+$/, '').split('/').at(-1)!
  return paths.map((path) => {
    const clash = paths.some((other) => other !== path && last(other) === last(path))
    return { path, folder: clash ? path.replaceAll('/', '-') : last(path) }
  })
}

/** A release id that sorts after every other, also when the server's clock was set back: the clock's, else the newest's plus a second. */
export function releaseId(clock: string, existing: string[]): string {
  const newest = existing
    .filter((name) => /^\d{8}_\d{6}$/.test(name))
    .sort()
    .at(-1)
  if (!newest || clock > newest) return clock
  const [, y, mo, d, h, mi, s] = /^(\d{4})(\d\d)(\d\d)_(\d\d)(\d\d)(\d\d)$/.exec(newest)!.map(Number)
  const next = new Date(Date.UTC(y!, mo! - 1, d, h, mi, s! + 1)).toISOString()
  return next.slice(0, 19).replace(/[-:]/g, '').replace('T', '_')
}
