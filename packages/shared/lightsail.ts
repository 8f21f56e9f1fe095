import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import { say } from './log.ts'
import type { Settings } from './settings.ts'
import { run } from './step.ts'
import { until } from './until.ts'

/** A snapshot of the instance, as Lightsail describes it. */
export interface Snapshot {
  name: string
  state: string
  fromInstanceName: string
  createdAt: number | string
}

/** Why no snapshot can be taken from this machine, in words; undefined when one can. */
export function noSnapshot(settings: Settings, environment = process.env): string | undefined {
  const has = (key: string) => Boolean(environment[key])
  if (!settings.LIGHTSAIL_INSTANCE) return 'LIGHTSAIL_INSTANCE is not set'
  if (!(environment['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'aws'))))
    return 'there is no aws command on this machine'
  const credentials =
    has('AWS_ACCESS_KEY_ID') ||
    has('AWS_PROFILE') ||
    has('AWS_WEB_IDENTITY_TOKEN_FILE') ||
    existsSync(environment['AWS_SHARED_CREDENTIALS_FILE'] ?? join(homedir(), '.aws/credentials'))
  return credentials ? undefined : 'there are no AWS credentials'
}

/** Runs `aws lightsail …`; its credentials and region are the environment's, as everywhere with aws. */
function lightsail<T>(words: string[]): Promise<T> {
  return new Promise((resolve, reject) => {
    const child = spawn('aws', ['lightsail', ...words, '--output', 'json'], {
      env: { ...process.env, AWS_PAGER: '' }, // nobody is there to turn pages
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let [out, said] = ['', '']
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      out += text
    })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said += text
    })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve(JSON.parse(out || '{}')) : reject(new Error(`aws lightsail: ${said.trim()}`)),
    )
  })
}

/** The snapshots of the instance, newest first. */
export async function listSnapshots(settings: Settings): Promise<Snapshot[]> {
  const { instanceSnapshots = [] } = await lightsail<{ instanceSnapshots?: Snapshot[] }>([
    'get-instance-snapshots',
  ])
  return instanceSnapshots
    .filter(({ fromInstanceName }) => fromInstanceName === settings.LIGHTSAIL_INSTANCE)
    .sort((a, b) => String(b.createdAt).localeCompare(String(a.createdAt)))
}

/**
 * Takes a snapshot of the instance and waits until Lightsail says that it is available.
 * @throws Error when Lightsail refuses it or its state becomes `error`; Stop when it takes more than half an hour
 */
export async function takeSnapshot(settings: Settings, release: string): Promise<void> {
  const name = `${settings.LIGHTSAIL_INSTANCE}-${release.replace('_', '-')}`
  const words = ['--instance-name', settings.LIGHTSAIL_INSTANCE, '--instance-snapshot-name', name]
  if (run.dryRun) return say(`  $ aws lightsail create-instance-snapshot ${words.join(' ')}`)
  await lightsail(['create-instance-snapshot', ...words])
  await until(
    `the snapshot ${name}`,
    1800,
    async () => {
      const { instanceSnapshot } = await lightsail<{ instanceSnapshot: Snapshot }>([
        ...['get-instance-snapshot', '--instance-snapshot-name', name],
      ])
      if (instanceSnapshot.state === 'error') throw new Error(`the snapshot ${name} failed`)
      return instanceSnapshot.state === 'available' ? true : undefined
    },
    2000,
  )
  say(`  ${name} is available`)
}
