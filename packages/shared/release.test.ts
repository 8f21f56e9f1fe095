import { execFileSync } from 'node:child_process'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match, ok, throws } from 'uvu/assert'
import { EXIT, Stop } from './exit.ts'
import { keepCommand, type Marks, type Need, readMarks, resolveRelease } from './release.ts'
import { connect } from './server.ts'
import { loadSettings } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), "stories release's-"))
test.after(() => rmSync(folder, { recursive: true }))

const environment = { SERVER_HOST: 'here', PUBLIC_URL: 'http://127.0.0.1', STORIES_ENV_FILE: '/dev/null' }
connect({ ...loadSettings(undefined, environment), PROJECT_DIR: folder })

const NONE: Marks = { current: '', pinned: '', latest: '', unfinished: false, withoutWindow: false }
const SOME: Marks = {
  current: '/b/2',
  pinned: '/b/1',
  latest: '/b/3',
  unfinished: false,
  withoutWindow: false,
}

/** Which directory a need comes to; the exit code when it is refused. */
function chosen(need: Need, marks: Marks, flag?: string, variable = ''): string | number {
  try {
    return resolveRelease(need, marks, { backupDir: flag }, { BACKUP_DIR: variable })
  } catch (error) {
    ok(error instanceof Stop)
    ok(error.next?.includes('tsx packages/'), 'the refusal names the next command')
    return error.code
  }
}

const TABLE: [string, Parameters<typeof chosen>, string | number][] = [
  ['the flag wins over everything', ['pinned', SOME, '/b/9', '/b/8'], '/b/9'],
  ['$BACKUP_DIR wins over the pin', ['pinned', SOME, undefined, '/b/8'], '/b/8'],
  ['what continues a deployment stands on the pin', ['pinned', SOME], '/b/1'],
  ['without a pin it stands on the newest verified one', ['pinned', { ...SOME, pinned: '' }], '/b/2'],
  ['without any backup it is refused', ['pinned', NONE], EXIT.refused],
  ['a backup that nobody verified is not enough', ['pinned', { ...NONE, latest: '/b/3' }], EXIT.refused],
  ['what starts a deployment takes the newest verified one', ['newest', SOME], '/b/2'],
  ['and not the pin of an old deployment', ['newest', { ...SOME, current: '' }], EXIT.refused],
  ['an unfinished deployment keeps its own', ['newest', { ...SOME, unfinished: true }], '/b/1'],
  ['and no other is started beside it', ['newest', { ...SOME, unfinished: true }, '/b/9'], EXIT.refused],
  ['naming its own is no contradiction', ['newest', { ...SOME, unfinished: true }, '/b/1'], '/b/1'],
  ['verifying takes the last one taken', ['latest', SOME], '/b/3'],
  ['verifying an older one by name', ['latest', SOME, '/b/1'], '/b/1'],
  ['there is nothing to verify', ['latest', NONE], EXIT.refused],
]
for (const [name, question, answer] of TABLE)
  test(`which backup: ${name}`, () => {
    is(chosen(...question), answer)
  })

test('the marks are read from the folder of backups', async () => {
  const root = join(folder, 'backups')
  for (const name of ['20250905_043000', '20250906_043000', '20250907_043000'])
    mkdirSync(join(root, name), { recursive: true })
  equal(await readMarks(root), { ...NONE, latest: `${root}/20250907_043000` })
  symlinkSync('20250906_043000', join(root, 'current'))
  symlinkSync('20250905_043000', join(root, 'pinned'))
  writeFileSync(join(root, 'pinned/in-progress'), '')
  equal(await readMarks(root), {
    current: `${root}/20250906_043000`,
    pinned: `${root}/20250905_043000`,
    latest: `${root}/20250907_043000`,
    unfinished: true,
    withoutWindow: false,
  })
  writeFileSync(join(root, 'pinned/without-window'), '')
  is((await readMarks(root)).withoutWindow, true)
})

test('a server without backups has no marks', async () => {
  equal(await readMarks(join(folder, 'nowhere')), NONE)
})

test('a file is written whole, under whatever name', () => {
  const path = join(folder, "it's a $(file)")
  execFileSync('bash', ['-c', keepCommand(path)], { input: 'two\nlines' })
  is(readFileSync(path, 'utf8'), 'two\nlines')
})

test('a file that could not be written leaves the old one as it was', () => {
  const path = join(folder, 'kept')
  writeFileSync(path, 'old')
  mkdirSync(`${path}.tmp`)
  throws(() =>
    execFileSync('bash', ['-c', keepCommand(path)], { input: 'new', stdio: ['pipe', 'pipe', 'pipe'] }),
  )
  is(readFileSync(path, 'utf8'), 'old')
  match(readdirSync(folder).join(), 'kept')
})

test('of a file that found no room nothing is left', () => {
  const path = join(folder, 'large')
  const small = `trap '' XFSZ; ulimit -f 1; ${keepCommand(path)}`
  throws(() =>
    execFileSync('bash', ['-c', small], { input: 'x'.repeat(5000), stdio: ['pipe', 'pipe', 'pipe'] }),
  )
  is(readdirSync(folder).filter((name) => name.startsWith('large')).length, 0)
})

test.run()
