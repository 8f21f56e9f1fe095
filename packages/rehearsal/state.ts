/** Where the practice server keeps what outlives one command: `.rehearsal/` at the root of the repository. */
import { createHash, type Hash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export type Shape = 'plan' | 'live'
export type Say = (line: string) => void

export const here = dirname(fileURLToPath(import.meta.url))
export const stateDir = join(here, '../../.rehearsal')
export const cacheDir = join(stateDir, 'cache')

/** Reads a JSON file; undefined when there is none. */
export function readJson<T>(path: string): T | undefined {
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined
}

/** Writes a JSON file whole or not at all. */
export function writeJson(path: string, value: unknown): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 })
  renameSync(`${path}.tmp`, path)
}

/**
 * SHA-256 over texts and over the names, modes and contents of files and folders (the paths given must
 * exist).
 */
export function hashOf(...inputs: Array<string | { path: string }>): string {
  const hash = createHash('sha256')
  for (const input of inputs) {
    if (typeof input === 'string') hash.update(`text ${input.length} ${input}`)
    else addPath(hash, input.path, '')
  }
  return hash.digest('hex').slice(0, 16)
}

function addPath(hash: Hash, path: string, name: string): void {
  const stat = statSync(path)
  if (stat.isDirectory()) {
    for (const each of readdirSync(path).sort()) addPath(hash, join(path, each), `${name}/${each}`)
  } else {
    hash.update(`file ${name} ${stat.mode & 0o111} ${stat.size} `).update(readFileSync(path))
  }
}
