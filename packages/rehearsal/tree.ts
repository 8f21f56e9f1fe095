import { cpSync, mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type Shape = 'plan' | 'live'
export type Version = 'v2' | 'v3'

const app = fileURLToPath(new URL('app', import.meta.url))

/**
 * Lays the sample app's whole project tree into the folder `into`, as it stands on the branch of `version`
 * on a server of `shape`. Files already there stay unless the tree has one of the same name.
 *
 * Several trees share most files, so a tree is laid in layers, the more particular over the more general.
 */
export function layTree(shape: Shape, version: Version, into: string): void {
  mkdirSync(into, { recursive: true })
  for (const layer of ['common/both', `common/${version}`, `${shape}/both`, `${shape}/${version}`])
    cpSync(`${app}/${layer}`, into, { recursive: true })
}
