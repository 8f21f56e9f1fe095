/** What the Prisma CLI called the engine with, and which database follows from it. */
import { readFileSync } from 'node:fs'
import { userError } from './database.mjs'

const found = { datamodels: [], datasource: undefined, command: undefined }
const words = process.argv.slice(2)
for (let word = words.shift(); word !== undefined; word = words.shift()) {
  if (word === '--datamodels' || word === '-d') found.datamodels.push(words.shift())
  else if (word === '--datasource') found.datasource = words.shift()
  else if (word === '--enabled-preview-features' || word === '--extension-types') words.shift()
  else if (word !== 'cli') found.command = word
}

/** `can-connect-to-database` and its kin, `--version`; undefined when the engine is to serve requests. */
export const { command } = found

export const schemaFiles = found.datamodels.map((path) => ({ path, content: readFileSync(path, 'utf8') }))

/**
 * The database given with the call: Prisma 7 hands it over as JSON, `cli` as a bare URL, Prisma 6 not at all.
 */
export const given = found.datasource?.trim().startsWith('{')
  ? JSON.parse(found.datasource)
  : { url: found.datasource }

/** `url` and `shadowDatabaseUrl` from the datasource block of schema files. */
export function datasourceOf(files) {
  const block = files
    .map(({ content }) => /^\s*datasource\s+\w+\s*\{([^}]*)\}/m.exec(content)?.[1] ?? '')
    .join('\n')
  const setting = (name) => {
    const pattern = new RegExp(`^\\s*${name}\\s*=\\s*(?:env\\(\\s*"([^"]+)"\\s*\\)|"([^"]*)")`, 'm')
    const [, variable, literal] = pattern.exec(block) ?? []
    if (!variable) return literal
    if (!process.env[variable]) throw userError('P1012', `the environment variable ${variable} is not set`)
    return process.env[variable]
  }
  return { url: setting('directUrl') ?? setting('url'), shadowDatabaseUrl: setting('shadowDatabaseUrl') }
}

/** The database the CLI was called for. */
export function datasource() {
  const source = given.url ? given : datasourceOf(schemaFiles)
  if (!source.url) throw new Error('the schema names no database')
  return source
}
