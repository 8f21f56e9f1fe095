import type { ChildProcess, SpawnOptions } from 'node:child_process'
import { $ } from 'zx/core'
import { detail } from './log.ts'
import { quote } from './quote.ts'
import type { Settings } from './settings.ts'
import { here, printed, ssh, type Transport } from './transport.ts'
import { warm } from './warm.ts'

/** The way to the server of this run; `connect` chooses it. */
const way = {
  open: undefined as Transport | undefined,
  read: undefined as Transport | undefined,
  change: undefined as Transport | undefined,
  folder: '/',
  fence: '',
  before: '',
}

/**
 * Chooses how commands reach the server: ssh, or this machine with `SERVER_HOST=here`.
 * @param dryRun receives what would run instead of letting it run
 */
export function connect(settings: Settings, dryRun?: (command: string) => void): void {
  way.open = settings.SERVER_HOST === 'here' ? here : ssh(settings)
  way.read = settings.SERVER_HOST === 'here' ? here : warm(way.open)
  way.change = dryRun ? printed(dryRun) : way.read
  way.folder = settings.PROJECT_DIR
}

/** From now on commands run in this folder of the server: for a script that had to make it first. */
export function workIn(folder: string): void {
  way.folder = folder
}

/** A bash text that every changing command must pass first: the proof that this run still holds the lock. */
export function setFence(text: string): void {
  way.fence = text
}

/** A bash text that changing commands pass after the fence, until another takes its place: what must have happened before them. */
export function setBefore(text: string): void {
  way.before = text
}

/** Takes such a text away, if it is still the one. */
export function clearBefore(text: string): void {
  if (way.before === text) way.before = ''
}

/** The raw way to the server, for what needs a channel of its own. */
export const channel: Transport = (script, options) => way.open!(script, options)

// Without its optional locks `git status` only reads: it writes no index, and stands in nobody's way who does.
const STRICT = 'set -euo pipefail; umask 077; export GIT_OPTIONAL_LOCKS=0'

/** Lets a real zx `$` run its commands there: the template is the command that bash at the far end parses. */
function preset(changes: boolean) {
  const carry = (
    command: string,
    _args: unknown,
    options: SpawnOptions & { input?: unknown },
  ): ChildProcess => {
    const transport = changes ? way.change : way.read
    if (!transport) throw new Error('no server yet: open() comes first')
    detail(`${changes ? '$' : '?'} ${command.trim()}`)
    const stdio: SpawnOptions['stdio'] = [options.input ? 'pipe' : 'ignore', 'pipe', 'pipe']
    const fence = changes && transport === way.read ? way.fence + way.before : ''
    const script =
      transport === way.change && changes && transport !== way.read
        ? command
        : `${STRICT}; ${fence}cd ${quote(way.folder)}\n${command}`
    const child = transport(script, { env: process.env, stdio, detached: true })
    // A command that ends without reading its data says why by its exit code, not by a broken pipe.
    child.stdin?.on('error', () => {})
    return child
  }
  return $({
    shell: 'bash',
    prefix: '',
    postfix: '',
    quote,
    quiet: true,
    verbose: false,
    env: process.env,
    log: () => {},
    spawn: carry as unknown as typeof import('node:child_process').spawn,
  })
}

/** Runs a command that CHANGES the server, in the project folder. A dry run shows it instead. */
export const server = preset(true)

/** Runs a command that only READS the server, in the project folder; in a dry run too. */
export const read = preset(false)

/** Runs nothing, on this machine: the first command of a process costs zx 30 ms more than the next. */
export const firstCommand = () => $({ shell: 'bash', prefix: '', quiet: true })`true`

/** A whole bash text as a template of its own, for `server` and `read`: for what is too long for its step. Values in it are quoted by `quote`. */
export const bash = (text: string): TemplateStringsArray => Object.assign([text], { raw: [text] })
