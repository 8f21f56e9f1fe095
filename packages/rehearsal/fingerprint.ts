/** A fingerprint of everything that a deployment may change, to compare before with after. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { exec } from './container.ts'
import { here } from './state.ts'

export const sections = ['code', 'image', 'settings', 'uploads', 'schema', 'data'] as const
export type Section = (typeof sections)[number]

/**
 * Facts by section and name: `code` commit, branch, local changes · `image` of the running app and behind its
 * name · `settings` .env and nginx · `uploads` every file and folder with owner, mode and hash · `schema`
 * tables with columns, enums, constraints, indexes, views · `data` every table's number of rows and checksum
 * over all of them, sequences.
 */
export type Fingerprint = Record<Section, Record<string, string>>

/** Takes the fingerprint of a practice server; its database must be running. */
export async function fingerprint({ container }: { container: string }): Promise<Fingerprint> {
  const lines = await exec(container, readFileSync(join(here, 'fingerprint.sh'), 'utf8'))
  return parse(lines)
}

/** Reads `section <tab> name <tab> value` lines. */
export function parse(lines: string): Fingerprint {
  const taken = Object.fromEntries(sections.map((section) => [section, {}])) as Fingerprint
  for (const line of lines.split('\n')) {
    const [section, name, ...value] = line.split('\t')
    if (name !== undefined) taken[section as Section][name] = value.join('\t')
  }
  return taken
}

/** What differs, a line for each fact; empty when all is equal. Give sections to compare those alone. */
export function differences(
  before: Fingerprint,
  after: Fingerprint,
  among: readonly Section[] = sections,
): string[] {
  return among.flatMap((section) => {
    const [old, now] = [before[section], after[section]]
    const names = [...new Set([...Object.keys(old), ...Object.keys(now)])]
    return names.flatMap((name) => {
      if (old[name] === now[name]) return []
      if (old[name] === undefined) return [`${section}: ${name} is new: ${now[name]}`]
      if (now[name] === undefined) return [`${section}: ${name} is gone; was ${old[name]}`]
      return [`${section}: ${name} was ${old[name]}, is ${now[name]}`]
    })
  })
}
