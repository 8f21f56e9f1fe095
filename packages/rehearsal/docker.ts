/** Makes sure that a Docker daemon answers, and stops it again if we were the ones who started it. */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { misuse } from '@stories/shared'
import { $ } from 'zx'
import { readJson, type Say, stateDir, writeJson } from './state.ts'

const ours = join(stateDir, 'dockerd.json')
const log = join(stateDir, 'dockerd.log')

// A user's PATH may lack where the daemons are. Without a shell above it, bash with a pipe of Node's for stdin takes itself
// for one that rshd started, and reads ~/.bashrc each time.
const env: NodeJS.ProcessEnv = {
  ...process.env,
  SHLVL: '1',
  PATH: `${process.env['PATH']}:/usr/sbin:/sbin`,
  DEBIAN_FRONTEND: 'noninteractive',
}

/** zx for commands on this machine: quiet, output in the error when one fails. */
export const run = $({ quiet: true, env })

/** True when a Docker daemon answers. */
export async function dockerAnswers(): Promise<boolean> {
  return (
    (await run({ nothrow: true, timeout: '10s' })`docker version --format ${'{{.Server.Version}}'}`)
      .exitCode === 0
  )
}

/**
 * Leaves with a Docker daemon that answers: the one that runs, else one installed from Debian and started by
 * hand. Stops with exit 2 when neither is possible.
 */
export async function ensureDocker(say: Say = () => {}): Promise<void> {
  if (await dockerAnswers()) return
  if (process.getuid?.() !== 0) {
    misuse(
      'No Docker daemon answers. Install Docker (Debian: apt-get install docker.io), start it, and join the group docker.',
    )
  }
  await install({ 'docker.io': 'dockerd', iptables: 'iptables' }, say)
  if (await dockerAnswers()) return

  say('starting dockerd')
  mkdirSync(stateDir, { recursive: true })
  const out = openSync(log, 'a')
  const daemon = spawn('dockerd', [], { env, detached: true, stdio: ['ignore', out, out] })
  daemon.unref()
  writeJson(ours, { pid: daemon.pid })
  for (let tries = 0; tries < 60; tries++) {
    if (await dockerAnswers()) return
    await sleep(500)
  }
  misuse(`dockerd was started but does not answer after 30 s; its log is ${log}`)
}

/** Leaves with what the scripts call on an operator's machine, and the tests besides. Stops with exit 2 where that can't be done. */
export const ensureTools = (say: Say = () => {}): Promise<void> =>
  install({ 'openssh-client': 'ssh', curl: 'curl', rsync: 'rsync', gnupg: 'gpg' }, say)

let installing: Promise<void> = Promise.resolve()

/** Installs Debian packages whose program is missing here, one call after the other. Stops with exit 2 where that can't be done. */
export function install(programs: Record<string, string>, say: Say): Promise<void> {
  const mine = installing.then(() => installMissing(programs, say))
  installing = mine.catch(() => {})
  return mine
}

async function installMissing(programs: Record<string, string>, say: Say): Promise<void> {
  const missing: string[] = []
  for (const [name, program] of Object.entries(programs)) {
    if ((await run({ nothrow: true })`command -v ${program}`).exitCode !== 0) missing.push(name)
  }
  if (missing.length === 0) return
  if (process.getuid?.() !== 0 || (await run({ nothrow: true })`command -v apt-get`).exitCode !== 0) {
    misuse(`Install ${missing.join(', ')} first; it can't be done from here.`)
  }
  say(`installing ${missing.join(', ')}`)
  await run`apt-get update -qq && apt-get install -qqy --no-install-recommends ${missing}`
}

/** Stops the daemon that `ensureDocker` started; leaves any other alone, and one on which something runs. */
export async function stopDocker(say: Say = () => {}): Promise<void> {
  const pid = readJson<{ pid: number }>(ours)?.pid
  if (!pid) return
  const alive = () =>
    existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'dockerd'
  if (alive()) {
    if ((await run({ nothrow: true })`docker ps -q`).stdout.trim()) return
    say('stopping dockerd')
    process.kill(pid, 'SIGTERM')
    for (let tries = 0; tries < 120 && alive(); tries++) await sleep(250)
  }
  rmSync(ours, { force: true })
}
