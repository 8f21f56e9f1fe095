import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite } from 'uvu'
import { equal, is, unreachable } from 'uvu/assert'
import { copyFaults, findCopies, readCopy } from './copies.ts'
import { ARTEFACTS } from './manifest.ts'

const test = suite<{ folder: string }>('copies on this machine')
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

/** A small copy, whole and sealed. */
function layCopy(folder: string): string {
  const copy = join(folder, '20250905_043000')
  mkdirSync(join(copy, 'books'), { recursive: true })
  const names = [...ARTEFACTS, 'books/별을 세는 아이.pdf']
  for (const name of names) writeFileSync(join(copy, name), `content of ${name}`)
  const file = (name: string) => ({
    sha256: sha256(`content of ${name}`),
    bytes: Buffer.byteLength(`content of ${name}`),
  })
  const manifest = JSON.stringify({
    release: '20250905_043000',
    uploads: [{ path: 'public/books', folder: 'books' }],
    files: Object.fromEntries(names.map((name) => [name, file(name)])),
  })
  writeFileSync(join(copy, 'manifest.json'), manifest)
  writeFileSync(join(copy, 'manifest.sha256'), `${sha256(manifest)}  -\n`)
  return copy
}

test.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'stories-copies-'))
})
test.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }))

test('newest first; one that is still fetched, or being encrypted, is none yet', ({ folder }) => {
  for (const name of ['20250905_043000', '20250906_043000.part', 'notes']) mkdirSync(join(folder, name))
  writeFileSync(join(folder, '20250904_043000.tar.gpg'), 'locked')
  writeFileSync(join(folder, '20250903_043000.tar.age'), 'locked too')
  writeFileSync(join(folder, '20250907_043000.tar.age.tmp'), 'half')
  equal(
    findCopies(folder).map(({ release, encrypted, bytes }) => [release, encrypted, bytes]),
    [
      ['20250905_043000', false, 0],
      ['20250904_043000', true, 6],
      ['20250903_043000', true, 10],
    ],
  )
})

test('a folder that is not there holds no copies', ({ folder }) => {
  equal(findCopies(join(folder, 'nowhere')), [])
})

test('a copy that is as it was backed up has no fault', async ({ folder }) => {
  equal(await copyFaults(layCopy(folder)), [])
})

test('every file is read: one that changed on the way is named', async ({ folder }) => {
  const copy = layCopy(folder)
  writeFileSync(join(copy, 'books/별을 세는 아이.pdf'), 'CONTENT of books/별을 세는 아이.pdf')
  rmSync(join(copy, '.env.backup'))
  equal(await copyFaults(copy), [
    '.env.backup is missing',
    'books/별을 세는 아이.pdf has another content than when it was written',
  ])
})

test('a manifest that was edited is not believed', ({ folder }) => {
  const copy = layCopy(folder)
  is(readCopy(copy).release, '20250905_043000')
  writeFileSync(join(copy, 'manifest.json'), '{}')
  try {
    readCopy(copy)
    unreachable()
  } catch (error) {
    is((error as Error).message, `${copy}/manifest.json is not what backup.ts wrote`)
  }
})

test.run()
