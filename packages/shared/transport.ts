import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { refuse } from './exit.ts'
import { quote } from './quote.ts'
import { expand, type Settings } from './settings.ts'

/** Carries a bash script to where it runs and starts it there; its stdin, stdout, stderr and exit code are the child's. */
export type Transport = (script: string, options: SpawnOptions) => ChildProcess

/**
 * Over ssh, on one multiplexed connection. No local shell: the script is one argument; the login shell at the far end
 * unwraps one word of it and bash parses it once. No terminal, so that output has no CRLF and stdin stays for data.
 */
export function ssh(settings: Settings): Transport {
  const words = sshWords(settings)
  return (script, options) =>
    spawn(
      'ssh',
      [...words, `${settings.SERVER_USER}@${settings.SERVER_HOST}`, `bash -c ${quote(script)}`],
      options,
    )
}

/** ssh's own words before the destination. Host keys are pinned on first contact and never skipped. */
export function sshWords(settings: Settings): string[] {
  const sockets = socketFolder()
  // A connection that was opened with another key, or against other pinned hosts, is not this one's to share.
  const identity = createHash('sha256')
    .update(`${settings.SSH_KEY}\n${settings.SSH_KNOWN_HOSTS}`)
    .digest('hex')
    .slice(0, 8)
  const option = {
    BatchMode: 'yes',
    ConnectTimeout: '10',
    ServerAliveInterval: '2',
    ServerAliveCountMax: '3',
    StrictHostKeyChecking: 'accept-new',
    UserKnownHostsFile: `"${expand(settings.SSH_KNOWN_HOSTS)}"`,
    ControlMaster: 'auto',
    ControlPath: join(sockets, `%C-${identity}`),
    ControlPersist: '20',
    LogLevel: 'ERROR',
    ...(settings.SSH_KEY && { IdentityFile: `"${expand(settings.SSH_KEY)}"`, IdentitiesOnly: 'yes' }),
  }
  return [
    '-T',
    '-p',
    settings.SERVER_PORT,
    ...Object.entries(option).flatMap(([key, value]) => ['-o', `${key}=${value}`]),
  ]
}

/** A folder of our own for ssh's shared connections: under /tmp, since a socket's path may have only 104 characters. */
function socketFolder(): string {
  const { uid } = userInfo()
  const folder = `/tmp/stories-ssh-${uid}`
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const found = lstatSync(folder)
  if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0)
    refuse(
      `${folder} belongs to somebody else, or others can write to it: ssh's connections would not be safe there`,
    )
  return folder
}

/**
 * On this machine, which is the server itself. Bash reads no ~/.bashrc: with a pipe of Node's for stdin and no shell above
 * it, as under cron, it would take itself for one that rshd started.
 */
export const here: Transport = (script, options) => spawn('bash', ['--norc', '-c', script], options)

/** Nowhere: says what would run. The dry run's transport for whatever changes the server. */
export const printed =
  (tell: (script: string) => void): Transport =>
  (script, options) => {
    tell(script)
    return spawn('true', [], options)
  }
