import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Settings } from '@stories/shared'
import { test } from 'uvu'
import { equal, is, ok } from 'uvu/assert'
import { encryptCopy, isHere, placeOf } from './copy.ts'

const release = '20250905_043000'
const folder = mkdtempSync(join(tmpdir(), 'stories-copy-'))
test.after(() => rmSync(folder, { recursive: true }))
const settings = { FETCH_DIR: folder, BACKUP_PASSPHRASE: 'six words', AGE_RECIPIENT: '' } as Settings
const place = placeOf(settings, release)
const fetched = (content: string) => {
  mkdirSync(place.whole)
  writeFileSync(join(place.whole, 'database_backup.sql'), content)
}

test('what is encrypted does not lie open beside it', async () => {
  fetched('all of it')
  await encryptCopy(settings, release, place)
  equal(readdirSync(folder), [`${release}.tar.gpg`])
  ok(isHere(place))
})

test('a copy that is encrypted already is not made again from what was half removed', async () => {
  const before = readFileSync(place.file)
  await encryptCopy(settings, release, place)
  fetched('half')
  await encryptCopy(settings, release, place)
  equal(readdirSync(folder), [`${release}.tar.gpg`])
  is(readFileSync(place.file).equals(before), true)
})

test.run()
