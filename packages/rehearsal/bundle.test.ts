import { execFileSync, spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import { is, match, not, ok } from 'uvu/assert'
import { findScripts } from '../shared/scripts.ts'
import { ROOT } from '../shared/settings.ts'
import { toyServer } from '../shared/toy-server.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stories-bundle-')))
const toy = toyServer()
test.after(() => {
  toy.remove()
  rmSync(folder, { recursive: true })
})

// Made in one place and moved to another, as a copy on a server is.
const dist = join(folder, 'on the server')
const bundle = fileURLToPath(new URL('../shared/bundle.ts', import.meta.url))
execFileSync(
  process.execPath,
  ['--import', import.meta.resolve('tsx'), bundle, '--out', join(folder, 'made')],
  { stdio: 'inherit' },
)
renameSync(join(folder, 'made'), dist)

const run = (file: string, flags: string[] = [], env: NodeJS.ProcessEnv = {}) =>
  spawnSync(process.execPath, [file, ...flags], {
    cwd: dist,
    encoding: 'utf8',
    env: { PATH: process.env['PATH'], ...env },
  })

for (const { file, header } of findScripts(ROOT))
  test(`${file} answers --help as a bundle`, () => {
    const path = file.replace(/\.ts$/, '.mjs')
    const { status, stdout, stderr } = run(path, ['--help'])
    is(status, 0, stderr)
    is(stdout.split('\n')[0], header.title)
    match(stdout, `node ${path}`)
    not.match(stdout, /\btsx\b|\.ts\b/, 'on the server the scripts have other names')
  })

test('settings are read from beside the bundle, and a wrong one is named', () => {
  const { status, stderr } = run('packages/backup/backup.mjs')
  is(status, 2)
  ok(stderr.startsWith(`SERVER_HOST is not set (there is no ${dist}/.env`), stderr)
  writeFileSync(join(dist, '.env'), 'SERVER_HOST=here\nPUBLIC_URL=https://x.example.org\nAPP_PORT=none\n')
  match(
    run('packages/backup/backup.mjs').stderr,
    /^APP_PORT: "none" is not a port number, for example APP_PORT=3000\n$/,
  )
  rmSync(join(dist, '.env'))
})

test('.env.example is there to be copied', () => {
  copyFileSync(join(dist, '.env.example'), join(folder, 'copy.env'))
})

test('a script runs on the server itself', () => {
  const { status, stderr } = run('packages/backup/verify.mjs', [], toy.environment)
  is(status, 3, stderr)
  match(stderr, 'There is no backup on the server yet')
  match(stderr, 'Next: node packages/backup/backup.mjs')
})

test('the grammar of migrations is there', () => {
  ok(existsSync(join(dist, 'packages/deploy/libpg-query.wasm')))
})

test.run()
