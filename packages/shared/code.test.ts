import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match, ok } from 'uvu/assert'
import {
  checkout,
  handConfToGit,
  isAt,
  localChanges,
  missingUploads,
  reapply,
  restoreUploads,
  setChangesAside,
  takeConfBack,
} from './code.ts'
import { Stop } from './exit.ts'
import { readFound } from './found.ts'
import { closeSite, isClosed } from './maintenance.ts'
import { connect } from './server.ts'
import { answer, PLAN } from './server-answers.ts'
import { loadSettings } from './settings.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stories-code-')))
test.after(() => rmSync(folder, { recursive: true }))

// The server's user may become root; the tests stay who they are.
const bin = join(folder, 'bin')
mkdirSync(bin)
writeFileSync(join(bin, 'sudo'), '#!/bin/sh\nexec "$@"\n')
chmodSync(join(bin, 'sudo'), 0o755)
process.env['PATH'] = `${bin}:${process.env['PATH']}`

const project = join(folder, 'project')
const release = join(folder, 'release')
const settings = {
  ...loadSettings(undefined, {
    SERVER_HOST: 'here',
    PUBLIC_URL: 'https://stories.example.org',
    STORIES_ENV_FILE: '/dev/null',
  }),
  PROJECT_DIR: project,
}
connect(settings)

const git = (...words: string[]) =>
  execFileSync('git', ['-C', project, ...words], { encoding: 'utf8' }).trim()
const file = (path: string) => join(project, path)
const write = (path: string, text: string) => writeFileSync(file(path), text)
const text = (path: string) => readFileSync(file(path), 'utf8')
const commit = (message: string) => {
  git('add', '-A')
  git('commit', '-q', '-m', message)
  return git('rev-parse', 'HEAD')
}
const failure = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error) => error,
  )

const CONF = 'server {\n  server_name stories.example.org;\n  location / { proxy_pass http://app; }\n}'
let [v2, v3] = ['', '']

test.before.each(() => {
  for (const path of [project, release]) {
    rmSync(path, { recursive: true, force: true })
    mkdirSync(path)
  }
  git('init', '-q', '-b', 'v2')
  for (const [key, value] of Object.entries({ 'user.name': 'x', 'user.email': 'x@x' }))
    git('config', key, value)
  mkdirSync(file('public/books'), { recursive: true })
  write('compose.yml', 'one\ntwo\nthree\nfour\nfive\n')
  write('nginx.conf', CONF)
  write('public/books/handbook ü.pdf', 'old handbook')
  v2 = commit('v2')
  git('checkout', '-q', '-b', 'v3')
  write('compose.yml', 'one\ntwo\nthree\nfour\nsix\n')
  write('nginx.conf', CONF.replace('location', 'add_header X y;\n  location'))
  rmSync(file('public/books/handbook ü.pdf'))
  v3 = commit('v3')
  git('checkout', '-q', 'v2')
})

test('local changes are those of tracked files', async () => {
  write('notes.txt', 'untracked')
  equal(await localChanges(), [])
  write('compose.yml', 'changed')
  equal(await localChanges(), [' M compose.yml'])
})

test('the code goes to exactly the commit, on its branch, and back', async () => {
  await checkout('v3', v3)
  equal([git('rev-parse', 'HEAD'), git('symbolic-ref', '--short', 'HEAD')], [v3, 'v3'])
  await checkout('v2', v2)
  equal([git('rev-parse', 'HEAD'), git('symbolic-ref', '--short', 'HEAD')], [v2, 'v2'])
})

test('a branch with commits of its own is not forced anywhere', async () => {
  git('checkout', '-q', 'v3')
  write('own.txt', 'own')
  const own = commit('own')
  git('checkout', '-q', 'v2')
  ok(await failure(checkout('v3', v3)))
  is(git('rev-parse', 'v3'), own)
})

test('local changes are kept as a patch, set aside, and put on top of the new code', async () => {
  write('compose.yml', 'ONE\ntwo\nthree\nfour\nfive\n')
  const patch = join(release, 'local.patch')
  await setChangesAside(patch)
  equal(await localChanges(), [])
  await checkout('v3', v3)
  await reapply(patch)
  is(text('compose.yml'), 'ONE\ntwo\nthree\nfour\nsix\n')
  equal(await localChanges(), [' M compose.yml'], 'changed, but not staged')
})

test('changes that do not fit the new code are refused, and leave it clean', async () => {
  write('compose.yml', 'one\ntwo\nthree\nfour\nFIVE\n')
  const patch = join(release, 'local.patch')
  await setChangesAside(patch)
  await checkout('v3', v3)
  const error = await failure(reapply(patch))
  ok(error instanceof Stop, String(error))
  is(error.code, 3)
  equal(await localChanges(), [])
})

test('no patch, or an empty one, changes nothing', async () => {
  await reapply(join(release, 'missing.patch'))
  await setChangesAside(join(release, 'empty.patch'))
  await reapply(join(release, 'empty.patch'))
  equal(await localChanges(), [])
})

test('an upload that the checkout removed comes back; a newer one stays', async () => {
  const uploads = [{ path: 'public/books', folder: 'books' }]
  mkdirSync(join(release, 'books'))
  for (const [name, words] of [
    ['handbook ü.pdf', 'old handbook'],
    ['a b.pdf', 'as backed up'],
  ] as const)
    writeFileSync(join(release, 'books', name), words)
  write('public/books/a b.pdf', 'newer')
  await checkout('v3', v3)
  equal(await missingUploads(release, uploads), ['public/books/handbook ü.pdf'])
  await restoreUploads(release, uploads, v2, v3)
  is(text('public/books/handbook ü.pdf'), 'old handbook')
  is(text('public/books/a b.pdf'), 'newer')
  equal(await missingUploads(release, uploads), [])
})

test("nginx keeps its file through a checkout: the inode that a container mounts gets the new code's content", async () => {
  const found = readFound(answer(PLAN), {
    ...settings,
    PROJECT_DIR: '/home/ubuntu/1001project',
    NGINX_CONF: file('nginx.conf'),
  })
  for (const [branch, target] of [
    ['v3', v3],
    ['v2', v2],
  ] as const) {
    const before = closeSite(text('nginx.conf'), 'stories.example.org', 'word')
    write('nginx.conf', before)
    const mounted = join(folder, `mounted-${branch}`)
    linkSync(file('nginx.conf'), mounted)
    await handConfToGit(found, settings)
    equal(await localChanges(), [], 'git sees its own file')
    is(readFileSync(mounted, 'utf8'), before, 'nginx sees the page')
    await checkout(branch, target)
    await takeConfBack(found, settings, 'word')
    is(statSync(file('nginx.conf')).ino, statSync(mounted).ino)
    ok(isClosed(text('nginx.conf')))
    await handConfToGit(found, settings)
    await takeConfBack(found, settings, '')
    equal(await localChanges(), [], 'byte for byte as committed, also without a last line end')
    is(statSync(file('nginx.conf')).ino, statSync(mounted).ino)
    is(existsSync(file('.git/stories-nginx-conf')), false)
  }
  match(text('nginx.conf'), 'proxy_pass')
})

/** A checkout from v2 to a new v4 that a reboot cut off, as git leaves it: some of its files, git's lock, and HEAD where it was. */
function cutOff(): string {
  git('checkout', '-q', '-b', 'v4', 'v3')
  write('added.html', 'whole')
  const v4 = commit('v4')
  git('checkout', '-q', 'v2')
  write('compose.yml', 'one\ntwo\nthree\nfour\nsix\n')
  write('added.html', 'ha')
  write('.git/index.lock', '')
  write('.git/stories-checkout', `${v4}\n`)
  return v4
}

test('a checkout that a reboot cut off is no local change, and is begun anew', async () => {
  const v4 = cutOff()
  equal(await localChanges(), [])
  await checkout('v4', v4)
  equal([git('rev-parse', 'HEAD'), text('added.html')], [v4, 'whole'])
  equal(await localChanges(), [])
  ok(!existsSync(file('.git/stories-checkout')))
})

test('one that was cut off on its way elsewhere is not taken for done, and leaves nothing on the way back', async () => {
  const v4 = cutOff()
  is(await isAt({ head: v2 }, v2), false)
  await checkout('v2', v2)
  equal(
    [git('rev-parse', 'HEAD'), git('status', '--porcelain'), existsSync(file('added.html'))],
    [v2, '', false],
  )
  is(await isAt({ head: v2 }, v2), true)
  is(await isAt({ head: v2 }, v4), false)
})

test('a checkout that came to its end hides no local change', async () => {
  await checkout('v3', v3)
  write('.git/stories-checkout', `${v3}\n`)
  write('compose.yml', 'mine')
  equal(await localChanges(), [' M compose.yml'])
})

test('an untracked file in the way of a checkout stays, also the second time', async () => {
  git('checkout', '-q', '-b', 'v4', 'v3')
  write('added.html', 'whole')
  const v4 = commit('v4')
  git('checkout', '-q', 'v2')
  write('added.html', 'mine')
  for (const _ of ['once', 'twice']) {
    await failure(checkout('v4', v4))
    equal([git('rev-parse', 'HEAD'), text('added.html')], [v2, 'mine'])
  }
})

test.run()
