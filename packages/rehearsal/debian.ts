/** The Debian base of every image. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { install, run } from './docker.ts'
import { readJson, type Say, stateDir, writeJson } from './state.ts'

const registry = join(stateDir, 'registry.json')

/**
 * Makes sure of the tag `rehearsal/debian:<suite>`: pulled where a registry can be reached, made by
 * debootstrap where not.
 */
export async function debian(suite: string, say: Say): Promise<void> {
  const name = `rehearsal/debian:${suite}`
  const present = await run({ nothrow: true })`docker image inspect ${name}`
  if (present.exitCode === 0 || (await pull(suite, name))) return
  say(`no registry can be reached: making a Debian ${suite} base with debootstrap`)
  await bootstrap(suite, name, say)
}

/** Tries once to pull; a registry that could not be reached is not asked again. */
async function pull(suite: string, name: string): Promise<boolean> {
  if (readJson<{ reachable: boolean }>(registry)?.reachable === false) return false
  const pulled = await run({ nothrow: true, timeout: '60s' })`docker pull -q debian:${suite}-slim`
  const reachable = pulled.exitCode === 0
  writeJson(registry, { reachable })
  if (reachable) await run`docker tag debian:${suite}-slim ${name}`
  return reachable
}

async function bootstrap(suite: string, name: string, say: Say): Promise<void> {
  await install({ debootstrap: 'debootstrap' }, say)
  const root = mkdtempSync(join(tmpdir(), 'rehearsal-debian-'))
  try {
    await run`debootstrap --variant=minbase ${suite} ${root} http://deb.debian.org/debian`
    // As in Debian's own slim images: no manuals, no translations, no archives, no fsync for a layer that is
    // thrown away.
    await run`
      cd ${root}
      rm -rf var/cache/apt/* var/lib/apt/lists/* usr/share/doc/* usr/share/man/* usr/share/locale/*
      for each in doc man locale info; do echo "path-exclude /usr/share/$each/*"; done >etc/dpkg/dpkg.cfg.d/slim
      echo force-unsafe-io >etc/dpkg/dpkg.cfg.d/unsafe-io
      echo 'Binary::apt::APT::Keep-Downloaded-Packages "false";' >etc/apt/apt.conf.d/no-archives
      printf '%s\n' '#!/bin/sh' 'exit 101' >usr/sbin/policy-rc.d && chmod 755 usr/sbin/policy-rc.d
      tar -c . | docker import --change 'CMD ["bash"]' --change 'ENV DEBIAN_FRONTEND=noninteractive' - ${name}`
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}
