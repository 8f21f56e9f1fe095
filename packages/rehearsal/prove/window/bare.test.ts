import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import { fence, written } from '../../../shared/lock.ts'
import { bare, scriptOf } from './bare.ts'

const folder = mkdtempSync(join(tmpdir(), 'bare-'))
test.after(() => rmSync(folder, { recursive: true }))

/** Lays recorded commands, plays them as one script, and gives what it prints. */
function play(commands: { text: string; input?: string; code?: number; output?: string }[]): string {
  const kept = commands.map(({ text, input = '', code = 0, output = '' }, place) => {
    const name = `c${place}`
    writeFileSync(join(folder, `${name}.command`), text)
    writeFileSync(join(folder, `${name}.output`), output)
    writeFileSync(join(folder, `${name}.input`), input)
    return { name, text, input, code }
  })
  return execFileSync('bash', { cwd: folder, input: scriptOf(kept), encoding: 'utf8' })
}

test('what stands before a command for the lock and the journal is none of the work', () => {
  const before = fence('/backups', 'a token', 'ann phase4') + written('/backups/1', '{"step":"1. Backup"}')
  is(bare(`set -eu; ${before}cd /project\nls\n# 0123456789abcdef`), 'set -eu; cd /project\nls')
})

test('commands run in their order, each with its own stdin', () => {
  is(play([{ text: 'cat > a', input: 'first' }, { text: 'cat a - > b' }]), '')
  is(readFileSync(join(folder, 'b'), 'utf8'), 'first')
})

test('one that ends otherwise than it did is told', () => {
  is(play([{ text: 'exit 3', code: 3 }]), '')
  is(play([{ text: 'echo no >&2; exit 3' }]), 'c0 ended with 3, not 0: no\n')
})

test('what was asked in a row is asked until its last line is what it was', () => {
  const text = 'echo x >> asked; wc -l < asked'
  play(Array.from({ length: 3 }, () => ({ text, output: '5\n' })))
  equal(readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n').length, 5)
})

test.run()
