import { readFileSync } from 'node:fs'
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { misuse } from './exit.ts'

/** As `parseArgs` takes them; a flag with `bare` may also stand without its value, which is empty then. */
export type Options = Record<string, NonNullable<ParseArgsConfig['options']>[string] & { bare?: true }>

const COMMON = {
  help: { type: 'boolean', short: 'h' },
  'dry-run': { type: 'boolean' },
  yes: { type: 'boolean', short: 'y' },
  json: { type: 'boolean' },
  verbose: { type: 'boolean', short: 'v' },
  from: { type: 'string' },
  'backup-dir': { type: 'string' },
  settings: { type: 'string' }, // not --env-file: Node takes that one for itself, wherever it stands
  consent: { type: 'string' },
} as const satisfies Options

/** The flags of a run: those that every script has, and under `more` those of this one. */
export interface Flags {
  help: boolean
  dryRun: boolean
  yes: boolean
  json: boolean
  verbose: boolean
  from: number
  backupDir: string | undefined
  settings: string | undefined
  /** Words typed beforehand, for what destroys something. */
  consent: string[]
  more: Record<string, string | boolean | undefined>
}

const value = (word: string | undefined) => word !== undefined && !word.startsWith('-')

/**
 * Reads the command line.
 * @param own further flags of this script
 * @throws Stop (exit 2) that names an unknown flag or a wrong value and shows a right one
 */
export function readFlags(argv: string[], own: Options = {}): Flags {
  let values: Record<string, unknown>
  try {
    values = parseArgs({
      args: argv.map((word, at) => (own[word.slice(2)]?.bare && !value(argv[at + 1]) ? `${word}=` : word)),
      options: { ...COMMON, ...own },
      allowPositionals: false,
      strict: true,
    }).values
  } catch (error) {
    const flags = Object.keys({ ...COMMON, ...own }).map((flag) => `--${flag}`)
    misuse(`${(error as Error).message.split(/[.\n]/)[0]}; the flags are ${flags.join(' ')}`)
  }
  const from = (values['from'] as string | undefined) ?? '1'
  if (!/^[1-9]\d?$/.test(from))
    misuse(`--from: ${JSON.stringify(from)} is not the number of a step, for example --from 4`)
  return {
    help: values['help'] === true,
    dryRun: values['dry-run'] === true,
    yes: values['yes'] === true,
    json: values['json'] === true,
    verbose: values['verbose'] === true,
    from: Number(from),
    backupDir: values['backup-dir'] as string | undefined,
    settings: values['settings'] as string | undefined,
    consent: ((values['consent'] as string | undefined) ?? '').split(',').filter(Boolean),
    more: values as Record<string, string | boolean | undefined>,
  }
}

/** What a script says of itself at its top: the text of `--help` and the banner, written once. */
export interface Header {
  title: string
  /** The whole comment without its stars. */
  text: string
  /** `Before:`, `After:`, `If it fails:`, by these names. */
  [part: string]: string
}

/** Reads the header comment of a script's own source. */
export function readHeader(file: string): Header {
  const comment = /\/\*\*([\s\S]*?)\*\//.exec(readFileSync(file, 'utf8'))?.[1] ?? ''
  const text = comment.replace(/^[ \t]*\*? ?/gm, '').trim()
  const header: Header = { title: text.split('\n')[0] ?? '', text }
  for (const [, key, value] of text.matchAll(
    /^(Before|After|If it fails): +([\s\S]*?)(?=\n\S|\n\n|$(?![\s\S]))/gm,
  )) {
    if (key && value) header[key] = value.replace(/\s+/g, ' ').trim()
  }
  return header
}
