import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match, not, ok } from 'uvu/assert'
import { type Ended, toyServer } from './toy-server.ts'

const toy = toyServer()
test.after(() => toy.remove())

const reading = toy.script(`const { database, release } = await open(import.meta.url, { release: 'none' })
shared.print(database.name + release)`)
const changing =
  toy.script(`const { directory } = await open(import.meta.url, { release: 'pinned', changes: true })
await step('1. Stop the app', () => server\`touch stopped\`)
shared.print(directory)`)

/** That the script ended with one clear line (and what to do next), before anything was touched. */
function refused({ code, stdout, stderr }: Ended, expected: number, ...words: RegExp[]): void {
  is(code, expected, stderr)
  is(stdout, '')
  for (const word of words) match(stderr, word)
  not.match(stderr, /\n +at .*:\d+/, 'no stack')
  is(existsSync(join(toy.project, 'stopped')), false)
}

test('--help prints the header alone, without settings and without a server', async () => {
  const { code, stdout, stderr } = await toy.run(reading, ['--help'], {
    env: { SERVER_HOST: '', PUBLIC_URL: '' },
  })
  is(code, 0)
  is(stderr, '')
  match(stdout, /^Phase 2: Stop services\n\nBefore: +phase1\.ts\n/)
  match(stdout, /Usage: tsx packages\/deploy\/phase2\.ts/)
})

test('a script knows what is on the server, and its data alone is on stdout', async () => {
  const { code, stdout, stderr } = await toy.run(reading)
  is(code, 0, stderr)
  is(stdout, 'stories_db\n')
  match(stderr, /^Phase 2: Stop services\n/)
  match(stderr, /done phase2-1 .*Next: phase3\.ts/)
})

test('wrong flags and settings: one line, exit 2', async () => {
  refused(await toy.run(reading, ['--dryrun']), 2, /--dryrun/)
  refused(await toy.run(reading, [], { env: { SERVER_HOST: '' } }), 2, /^SERVER_HOST is not set/)
  refused(
    await toy.run(reading, [], { env: { APP_PORT: "x'; rm -rf /" } }),
    2,
    /^APP_PORT: .* for example APP_PORT=3000/,
  )
  refused(await toy.run(reading, ['--backup-dir', "/b'; rm -rf /"]), 2, /--backup-dir: /)
  refused(await toy.run(reading, ['--backup-dir=']), 2, /--backup-dir: /)
  refused(await toy.run(reading, ['--settings', '/nowhere/.env']), 2, /\/nowhere\/\.env/)
})

test('a release that was exported empty, because its backup failed, is not taken for another one', async () => {
  refused(await toy.run(changing, [], { env: { BACKUP_DIR: '' } }), 2, /^BACKUP_DIR is set, and empty/)
  is((await toy.run(reading, [], { env: { BACKUP_DIR: '' } })).code, 0)
})

test('a key that is not there, a folder that is not there or no git tree: exit 2', async () => {
  refused(
    await toy.run(reading, [], { env: { SERVER_HOST: '127.0.0.1', SSH_KEY: '/nowhere/key' } }),
    2,
    /^SSH_KEY: /,
  )
  refused(
    await toy.run(reading, [], { env: { PROJECT_DIR: '/nowhere' } }),
    2,
    /PROJECT_DIR: there is no folder/,
  )
  const bare = join(toy.folder, 'bare')
  mkdirSync(bare)
  refused(
    await toy.run(reading, [], { env: { PROJECT_DIR: bare } }),
    2,
    /PROJECT_DIR: .* not a git working tree/,
  )
})

test('a server that cannot be reached: exit 3, and where it was looked for', async () => {
  const ended = await toy.run(reading, [], { env: { SERVER_HOST: '127.0.0.1', SERVER_PORT: '1' } })
  refused(ended, 3, /127\.0\.0\.1 port 1 cannot be reached/, /Next: check SERVER_HOST/)
})

test('a Docker that does not answer: exit 3', async () => {
  const bin = join(toy.folder, 'broken')
  mkdirSync(bin)
  writeFileSync(join(bin, 'docker'), '#!/bin/sh\necho "Cannot connect to the Docker daemon" >&2; exit 1\n')
  chmodSync(join(bin, 'docker'), 0o755)
  refused(
    await toy.run(reading, [], { env: { PATH: `${bin}:${toy.environment['PATH']}` } }),
    3,
    /Docker does not answer/,
  )
})

test('without a backup, with a missing or an unfinished one: exit 3, and how to take one', async () => {
  refused(await toy.run(changing), 3, /There is no backup/, /Next: tsx packages\/backup\/backup\.ts/)
  refused(
    await toy.run(changing, ['--backup-dir', `${toy.backups}/20250101_000000`]),
    3,
    /There is no backup directory/,
  )
  writeFileSync(join(toy.release('20250101_000000'), 'incomplete'), '')
  const unfinished = ['--backup-dir', `${toy.backups}/20250101_000000`]
  refused(await toy.run(changing, unfinished), 3, /never finished/)
})

test('a changing script says first which server, folder and database; a dry run shows its commands and changes nothing', async () => {
  const directory = toy.release('20250905_043000')
  const { code, stdout, stderr } = await toy.run(changing, ['--dry-run', '--backup-dir', directory])
  is(code, 0, stderr)
  is(stdout, `${directory}\n`)
  match(stderr, /dry run: nothing is changed/)
  match(stderr, /database {2}stories_db as postgres in 1001-stories-db/)
  ok(stderr.indexOf('database') < stderr.indexOf('touch stopped'))
  match(stderr, /\$ touch stopped/)
  is(existsSync(join(toy.project, 'stopped')), false)
  is(existsSync(join(toy.backups, '.lock')), false)
  is(existsSync(join(directory, 'journal.jsonl')), false)
})

test('the small files of a release come with the look around, whoever has named it', async () => {
  const filed = toy.script(`const { files } = await open(import.meta.url, { release: 'pinned', files: true })
shared.print(JSON.stringify(files))`)
  const directory = toy.release('20250907_043000')
  refused(await toy.run(filed, ['--backup-dir', directory]), 3, /has no manifest\.json/)
  writeFileSync(join(directory, 'manifest.json'), '{\n  "release": "20250907_043000"\n}\n')
  writeFileSync(join(directory, 'proof.json'), '{ "recipe": "deploy" }\n')
  const files = {
    manifest: { release: '20250907_043000' },
    target: '',
    token: '',
    proof: '{ "recipe": "deploy" }',
  }
  const named = await toy.run(filed, ['--backup-dir', directory])
  equal(JSON.parse(named.stdout), files)
  symlinkSync('20250907_043000', join(toy.backups, 'pinned'))
  equal(JSON.parse((await toy.run(filed)).stdout), files)
  rmSync(join(toy.backups, 'pinned'))
})

test('$BACKUP_DIR names the release, and its steps are journaled there', async () => {
  const directory = toy.release('20250906_043000')
  const { code, stdout, stderr } = await toy.run(changing, [], { env: { BACKUP_DIR: directory } })
  is(code, 0, stderr)
  is(stdout, `${directory}\n`)
  ok(existsSync(join(toy.project, 'stopped')))
  const lines = readFileSync(join(directory, 'journal.jsonl'), 'utf8').trim().split('\n')
  const steps = lines.map((line) => JSON.parse(line)).filter(({ step }) => step)
  equal(
    steps.map(({ step, state }) => [step, state]),
    [
      ['1. Stop the app', 'begun'],
      ['1. Stop the app', 'done'],
    ],
  )
  match(steps[0].who, /^ann@/)
})

test.run()
