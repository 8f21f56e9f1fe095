import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { ARTEFACTS, faults, type Manifest, readListing } from './manifest.ts'

const hash = (digit: string) => digit.repeat(64)
const files: Manifest['files'] = Object.fromEntries([
  ...ARTEFACTS.map((name) => [name, { sha256: hash('a'), bytes: 10 }] as const),
  ['books/The Lion and the Mouse.pdf', { sha256: hash('b'), bytes: 20 }],
])
const manifest = {
  files,
  uploads: [{ path: 'public/books', folder: 'books', files: 1, bytes: 20 }],
} as unknown as Manifest

test('a listing is read by name, also one with spaces, and what comes and goes is left out', () => {
  const text = `20 books/The Lion and the Mouse.pdf\n4 journal.jsonl\n${hash('b')} *books/The Lion and the Mouse.pdf\n${hash('c')} *journal.jsonl\n`
  equal(readListing(text), { 'books/The Lion and the Mouse.pdf': { sha256: hash('b'), bytes: 20 } })
})

test('a backup whose files are as they were has no fault', () => {
  equal(faults(manifest, files), [])
})

test('a file that is missing, shorter, or other is named with what is wrong', () => {
  const { 'current_commit.txt': _, ...left } = files
  const present = {
    ...left,
    'database_backup.sql': { sha256: hash('0'), bytes: 0 },
    '.env.backup': { sha256: hash('0'), bytes: 10 },
  }
  equal(faults(manifest, present), [
    'database_backup.sql has 0 bytes instead of 10',
    '.env.backup has another content than when it was written',
    'current_commit.txt is missing',
  ])
})

test('an upload that was added is a fault; what a deployment keeps beside them is none', () => {
  const extra = { sha256: hash('d'), bytes: 1 }
  const present = {
    ...files,
    'books/new.pdf': extra,
    'deployment-files.tar': extra,
    'reports/one.txt': extra,
  }
  equal(faults(manifest, present), ['books/new.pdf was added after the backup'])
})

test('a manifest that lacks one of the seven artefacts is refused, whatever else it says', () => {
  const { '.env.backup': _, ...left } = files
  equal(faults({ ...manifest, files: left }, left), ['.env.backup is not in the manifest'])
})

test.run()
