import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import { equal, is, throws } from 'uvu/assert'
import { quote } from './quote.ts'

const SHELLS = ['sh', 'dash', 'bash']

/** What a real shell makes of one line of words. */
function unquoted(shell: string, words: string[]): string[] {
  const run = spawnSync(shell, ['-c', `printf '%s\\0' ${words.map(quote).join(' ')}`], { encoding: 'utf8' })
  return run.stdout.split('\0').slice(0, -1)
}

/** Repeatable random numbers, so that a word that once broke a shell breaks the test again. */
function numbers(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

test('a plain word stays as it is, so that a dry run reads like the plan', () => {
  for (const word of ['docker-compose', '/home/ubuntu/backups', 'a=b', 'feature/role-system-v2', '10%'])
    is(quote(word), word)
})

test('an empty value is still a word', () => {
  is(quote(''), "''")
  for (const shell of SHELLS) equal(unquoted(shell, ['a', '', 'b']), ['a', '', 'b'])
})

test('what shells treat specially arrives as it was', () => {
  const words = [
    "it's",
    '$HOME',
    '`id`',
    '$(id)',
    '!!',
    '~',
    '~root',
    '*',
    '[a]',
    '{a,b}',
    'a b',
    'a\tb',
    'a\nb',
  ]
  words.push(
    '\\',
    '\\n',
    '"',
    "'",
    "''",
    '#x',
    '-n',
    '--',
    '&',
    ';',
    '|',
    '<x',
    '>x',
    'é',
    '日本',
    "$'\\x41'",
    '\n',
  )
  for (const shell of SHELLS) equal(unquoted(shell, words), words, shell)
})

test('3000 random words survive sh, dash and bash', () => {
  const next = numbers(20250905)
  const alphabet = [...' \t\n\r\'"`$\\!#&*()[]{}<>|;?~^%=+,.:@-_/azAZ09éß漢🙂\u0001\u007f\u001b']
  const word = () => Array.from({ length: next(14) }, () => alphabet[next(alphabet.length)]).join('')
  const words = Array.from({ length: 3000 }, word)
  for (const shell of SHELLS) equal(unquoted(shell, words), words, shell)
})

test('a value quoted twice is parsed twice: once by the login shell, once by bash', () => {
  const words = ["it's", '$(id)', "a'; rm -rf /; '", 'a\nb', '\\']
  const inner = `printf '%s\\0' ${words.map(quote).join(' ')}`
  for (const shell of SHELLS) {
    const run = spawnSync(shell, ['-c', `bash -c ${quote(inner)}`], { encoding: 'utf8' })
    equal(run.stdout.split('\0').slice(0, -1), words, shell)
  }
})

test('a NUL character, which no argument can hold, is refused', () => {
  throws(() => quote('a\0b'), /NUL/)
})

test.run()
