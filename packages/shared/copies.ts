import { createHash } from 'node:crypto'
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { faults, type Manifest } from './manifest.ts'

/** A copy of a backup on this machine. */
export interface Copy {
  release: string
  path: string
  encrypted: boolean
  /** Of an encrypted file; 0 for a folder, which is not counted for a list. */
  bytes: number
}

/** The copies in a folder of this machine, newest first; one that is not whole yet is none. */
export function findCopies(folder: string): Copy[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .flatMap((name) => {
      const [, release, ending] = /^(\d{8}_\d{6})(\.tar\.(?:age|gpg))?$/.exec(name) ?? []
      if (!release) return []
      const path = join(folder, name)
      const encrypted = ending !== undefined
      return [{ release, path, encrypted, bytes: encrypted ? statSync(path).size : 0 }]
    })
    .sort((a, b) => b.release.localeCompare(a.release))
}

/** SHA-256 of a file of this machine. */
async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

/** Reads the manifest of a copy; throws when it is not what backup.ts wrote. */
export function readCopy(folder: string): Manifest {
  const text = readFileSync(join(folder, 'manifest.json'))
  const seal = readFileSync(join(folder, 'manifest.sha256'), 'utf8')
  if (!seal.startsWith(createHash('sha256').update(text).digest('hex')))
    throw new Error(`${folder}/manifest.json is not what backup.ts wrote`)
  return JSON.parse(text.toString())
}

/** What of its manifest does not hold for a copy on this machine: every file is read to its end. */
export async function copyFaults(folder: string): Promise<string[]> {
  const manifest = readCopy(folder)
  const present: Manifest['files'] = {}
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = join(folder, name)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found?.isFile()) present[name] = { sha256: await sha256(path), bytes: found.size }
  }
  return faults(manifest, present)
}
