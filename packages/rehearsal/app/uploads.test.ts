import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { layUploads } from './uploads.ts'

const root = mkdtempSync(join(tmpdir(), 'uploads-'))
test.before(() => {
  layUploads('plan', join(root, 'plan'), 2)
  layUploads('live', join(root, 'live'), 2)
})
test.after(() => rmSync(root, { recursive: true }))

/** Path → content of every file below `folder`. */
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path): [string, Buffer] => [path.slice(folder.length + 1), readFileSync(path)])

test('forty files of the size asked for, where each shape keeps them', () => {
  for (const [shape, received] of [
    ['plan', 'public/books-upload/'],
    ['live', 'uploads/'],
  ] as const) {
    const files = filesOf(join(root, shape))
    assert.is(files.length, 40)
    assert.ok(files.some(([path]) => path === 'public/books/sample.pdf'))
    assert.ok(files.some(([path]) => path.startsWith(received)))
    const megabytes = files.reduce((sum, [, content]) => sum + content.length, 0) / 1024 ** 2
    assert.ok(Math.abs(megabytes - 2) < 0.1, `${megabytes} MB`)
  }
})

test('each is a PDF whose cross-references point at its objects', () => {
  for (const [path, content] of filesOf(join(root, 'plan'))) {
    const text = content.toString('latin1')
    assert.ok(text.startsWith('%PDF-1.4\n') && text.endsWith('%%EOF\n'), path)
    const table = text.slice(Number(/startxref\n(\d+)\n%%EOF\n$/.exec(text)?.[1]))
    assert.ok(table.startsWith('xref\n'), path)
    const offsets = [...table.matchAll(/^(\d{10}) 00000 n $/gm)].map(([, offset]) => Number(offset))
    offsets.forEach((offset, index) => {
      assert.ok(text.startsWith(`${index + 1} 0 obj\n`, offset), `${path}, object ${index + 1}`)
    })
  }
})

test('laid again, the bytes are the same', () => {
  layUploads('plan', join(root, 'again'), 2)
  assert.equal(filesOf(join(root, 'again')), filesOf(join(root, 'plan')))
})

test.run()
