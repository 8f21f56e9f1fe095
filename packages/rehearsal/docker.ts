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

/** zx for commands on this machine: quiet, output in the error when one fails. */
export const run = $({ quiet: true })

/** True when a Docker daemon answers. */
export async function dockerAnswers(): Promise<boolean> {
  return (await run({ nothrow: true, timeout: '10s' })`docker info --format ok`).exitCode === 0
}

/**
 * Leaves with a Docker daemon that answers: the one that runs, else one installed from Debian and started by hand.
 * Stops with exit 2 when neither is possible.
 */
export async function ensureDocker(say: Say = () => {}): Promise<void> {
  if (await dockerAnswers()) return
  if (process.getuid?.() !== 0) {
    misuse(
      'No Docker daemon answers. Install Docker (Debian: apt-get install docker.io), start it, and join the group docker.',
    )
  }
  await install(say)
  if (await dockerAnswers()) return

  say('starting dockerd')
  mkdirSync(stateDir, { recursive: true })
  const out = openSync(log, 'a')
  const daemon = spawn('dockerd', [], { detached: true, stdio: ['ignore', out, out] })
  daemon.unref()
  writeJson(ours, { pid: daemon.pid })
  for (let tries = 0; tries < 60; tries++) {
    if (await dockerAnswers()) return
    await sleep(500)
  }
  misuse(`dockerd was started but does not answer after 30 s; its log is ${log}`)
}

/** Installs from Debian what a hand-started daemon and our base images need and this machine lacks. */
async function install(say: Say): Promise<void> {
  const wanted = { 'docker.io': '/usr/sbin/dockerd', iptables: '/usr/sbin/iptables' }
  const missing = Object.entries(wanted).flatMap(([name, path]) => (existsSync(path) ? [] : [name]))
  await installPackages(missing, say)
}

/** `apt-get install`, after an update; nothing when the list is empty. Stops with exit 2 where that can't be done. */
export async function installPackages(names: string[], say: Say): Promise<void> {
  if (names.length === 0) return
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) {
    misuse(`Install ${names.join(', ')} first; it can't be done from here.`)
  }
  say(`installing ${names.join(', ')}`)
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  await run({ env })`apt-get update -qq && apt-get install -qqy --no-install-recommends ${names}`
}

/** Stops the daemon that `ensureDocker` started; leaves any other alone, and one on which something runs. */
export async function stopDocker(say: Say = () => {}): Promise<void> {
  const pid = readJson<{ pid: number }>(ours)?.pid
  if (!pid) return
  const alive = () =>
    existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/comm`, 'utf8').trim() === 'dockerd'
  if (alive()) {
    const running = (await run({ nothrow: true })`docker ps -q`).stdout.trim()
    if (running) return say('dockerd goes on: other containers run on it')
    say('stopping dockerd')
    process.kill(pid, 'SIGTERM')
    for (let tries = 0; tries < 120 && alive(); tries++) await sleep(250)
  }
  rmSync(ours, { force: true })
}
