import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
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
  const sockets = join(tmpdir(), `stories-ssh-${userInfo().uid}`)
  mkdirSync(sockets, { recursive: true, mode: 0o700 })
  const option = {
    BatchMode: 'yes',
    ConnectTimeout: '10',
    ServerAliveInterval: '2',
    ServerAliveCountMax: '3',
    StrictHostKeyChecking: 'accept-new',
    UserKnownHostsFile: `"${expand(settings.SSH_KNOWN_HOSTS)}"`,
    ControlMaster: 'auto',
    ControlPath: join(sockets, '%C'),
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

/** On this machine, which is the server itself. */
export const here: Transport = (script, options) => spawn('bash', ['-c', script], options)

/** Nowhere: says what would run. The dry run's transport for whatever changes the server. */
export const printed =
  (tell: (script: string) => void): Transport =>
  (script, options) => {
    tell(script)
    return spawn('true', [], options)
  }
