import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Header, readHeader } from './flags.ts'

/** The packages whose scripts people call. */
export const PACKAGES = ['backup', 'deploy', 'monitor', 'rollback'] as const

/** A file that a person calls: it stands at the root of its package and begins with a comment that says how. */
export interface Script {
  /** Its path from the root, such as `packages/deploy/phase4.ts`. */
  file: string
  header: Header
  source: string
}

/** The TypeScript files in a package, as paths from the root; without its tests. */
export function sources(root: string, name: string): string[] {
  return readdirSync(join(root, 'packages', name), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.ts$/.test(path) && !/\.test\.ts$|(^|\/)(node_modules|dist)\//.test(path))
    .map((path) => `packages/${name}/${path}`)
    .sort()
}

/** Every script of the repository. */
export function findScripts(root: string): Script[] {
  return PACKAGES.flatMap((name) => sources(root, name))
    .filter((file) => /^packages\/\w+\/(troubleshooting\/)?[\w-]+\.ts$/.test(file))
    .map((file) => ({ file, source: readFileSync(join(root, file), 'utf8') }))
    .filter(({ source }) => /^\/\*\*(?:(?!\*\/)[\s\S])*\n \* Usage: /.test(source))
    .map(({ file, source }) => ({ file, source, header: readHeader(join(root, file)) }))
}
