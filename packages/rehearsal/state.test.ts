import { chmodSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hashOf, readJson, writeJson } from './state.ts'

const folder = mkdtempSync(join(tmpdir(), 'rehearsal-state-'))
test.after(() => rmSync(folder, { recursive: true }))

test('a golden state is made anew when a file changes its content, its name or its mode', () => {
  const path = join(folder, 'a')
  writeFileSync(path, 'one')
  const seen = new Set([hashOf({ path: folder })])
  writeFileSync(path, 'two')
  seen.add(hashOf({ path: folder }))
  chmodSync(path, 0o755)
  seen.add(hashOf({ path: folder }))
  renameSync(path, join(folder, 'b'))
  seen.add(hashOf({ path: folder }))
  assert.is(seen.size, 4)
  assert.ok(seen.has(hashOf({ path: folder })))
})

test('two texts are not the one text they make together', () => {
  assert.is.not(hashOf('ab', 'c'), hashOf('a', 'bc'))
})

test('what is written is read back, and what is not there is undefined', () => {
  const path = join(folder, 'deep/practice.json')
  assert.is(readJson(path), undefined)
  writeJson(path, { name: 'live' })
  assert.equal(readJson(path), { name: 'live' })
})

test.run()
