import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match, not, ok } from 'uvu/assert'
import { stepNumber } from './step.ts'
import { toyServer } from './toy-server.ts'

const toy = toyServer()
const directory = toy.release('20250905_043000')
const env = { BACKUP_DIR: directory }
test.after(() => toy.remove())
test.before.each(() => rmSync(join(directory, 'journal.jsonl'), { force: true }))

const OPEN = `await open(import.meta.url, { release: 'pinned', changes: true })\n`
const journal = (): { step?: string; state: string; why?: string; script: string }[] =>
  existsSync(join(directory, 'journal.jsonl'))
    ? readFileSync(join(directory, 'journal.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line))
    : []

const three = toy.script(`${OPEN}
for (const [number, word] of ['one', 'two', 'three'].entries())
  await step(\`\${number + 1}. Say \${word}\`, () => shared.print(word))
await step('Look around', () => shared.print('unnumbered'))`)

test('steps run in order, each is named and timed', async () => {
  const { code, stdout, stderr } = await toy.run(three, [], { env })
  is(code, 0, stderr)
  equal(stdout.trim().split('\n'), ['one', 'two', 'three', 'unnumbered'])
  match(stderr, /✓ 2\. Say two \d+ ms/)
})

test('--from passes over the steps before, and a step without a number always runs', async () => {
  const { code, stdout, stderr } = await toy.run(three, ['--from', '3'], { env })
  is(code, 0, stderr)
  equal(stdout.trim().split('\n'), ['three', 'unnumbered'])
  match(stderr, /- 1\. Say one: passed over \(--from 3\)/)
})

test('--from with a step that is not there is a wrong flag, not a success', async () => {
  const { code, stderr } = await toy.run(three, ['--from', '9'], { env })
  is(code, 2)
  match(stderr, /--from 9: the last step is 3/)
})

test('a step whose work is done already says so and is not run', async () => {
  const file = toy.script(`${OPEN}
const gave = await step('1. Stop the app', () => server\`touch again\`, { done: async () => 'it is stopped' })
shared.print(String(gave))`)
  const { code, stdout, stderr } = await toy.run(file, [], { env })
  is(code, 0)
  is(stdout, 'undefined\n')
  match(stderr, /- 1\. Stop the app: nothing to do, it is stopped/)
  is(existsSync(join(toy.project, 'again')), false)
  equal(
    journal().map(({ state, why }) => [state, why]),
    [['already', 'it is stopped']],
  )
})

test('a failed command: exit 1, and what, where, what it printed, and the next command', async () => {
  const file = toy.script(`${OPEN}
await step('4. Apply', () => server\`echo 'relation "User" does not exist' >&2; exit 3\`)
shared.print('never')`)
  const { code, stdout, stderr } = await toy.run(file, [], { env })
  is(code, 1)
  is(stdout, '')
  match(stderr, /✗ 4\. Apply: failed after/)
  match(stderr, 'relation "User" does not exist')
  match(stderr, `on here, ${toy.project}`)
  match(stderr, 'Next: run it again, or tsx packages/rollback/immediate.ts')
  not.match(stderr, /\n +at /, 'no stack')
  equal(
    journal().map(({ state }) => state),
    ['begun', 'failed'],
  )
  match(journal()[1]?.why ?? '', 'relation "User"')
})

test('a refusal: exit 3 and its own next command; a lost lock: exit 4', async () => {
  const refusing = toy.script(
    `${OPEN}await step('1. Look', () => shared.refuse('The tree is dirty', 'git status'))`,
  )
  const refused = await toy.run(refusing, [], { env })
  is(refused.code, 3)
  match(refused.stderr, /✗ 1\. Look: refused/)
  match(refused.stderr, 'Next: git status')
  const fenced = toy.script(
    `${OPEN}await step('1. Look', () => server\`printf 'x y\\n' > ${toy.backups}/.holder\`)
await step('2. Change', () => server\`touch changed\`)`,
  )
  const lost = await toy.run(fenced, [], { env })
  is(lost.code, 4, lost.stderr)
  match(lost.stderr, 'the lock was lost')
  is(existsSync(join(toy.project, 'changed')), false)
})

test('a secret in what a failing command printed is masked', async () => {
  const file = toy.script(`${OPEN}await step('1. Log in', () => server\`echo 'no: Pl@n/pass' >&2; exit 1\`)`)
  const { code, stderr } = await toy.run(file, ['--verbose'], { env })
  is(code, 1)
  match(stderr, 'no: ••••')
  not.match(stderr + JSON.stringify(journal()), 'Pl@n')
})

test('Ctrl-C in a step: exit 130, the journal knows, and the next command is told', async () => {
  const file = toy.script(`${OPEN}await step('2. Wait', () => server\`echo waiting; sleep 2\`)`)
  const { code, stderr } = await toy.run(file, ['--json'], {
    env,
    seen: (words, child) => words.includes('"begun"') && child.kill('SIGINT'),
  })
  is(code, 130)
  match(stderr, /interrupted in \\"2\. Wait\\"/)
  match(stderr, 'packages/rollback/immediate.ts')
  is(journal().at(-1)?.state, 'interrupted')
})

/** Runs a script on a terminal, and types. */
function onTerminal(file: string, typed: string): Promise<{ code: number | null; shown: string }> {
  const command = `'${process.execPath}' --import '${import.meta.resolve('tsx')}' '${file}'`
  const child = spawn('script', ['-qec', command, '/dev/null'], { env: { ...toy.environment, ...env } })
  let shown = ''
  let asked = false
  child.stdout.on('data', (chunk) => {
    shown += chunk
    if (!asked && shown.includes('[yes/no]')) asked = child.stdin.write(typed)
  })
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, shown })))
}

const asking = toy.script(`${OPEN}
await step('1. Ask', () => shared.confirm('Apply this migration?'))
await step('2. Ask twice', () => shared.consent('Order has 7 rows', 'Order'))
await step('3. Drop', () => server\`touch dropped\`)`)

test('nobody there to answer: exit 3, and --yes is not enough for what destroys', async () => {
  const nobody = await toy.run(asking, [], { env })
  is(nobody.code, 3)
  match(nobody.stderr, 'with --yes')
  const yes = await toy.run(asking, ['--yes'], { env })
  is(yes.code, 3)
  match(yes.stderr, '--consent Order')
  is(existsSync(join(toy.project, 'dropped')), false)
  const consented = await toy.run(asking, ['--yes', '--consent', 'Order'], { env })
  is(consented.code, 0, consented.stderr)
  ok(existsSync(join(toy.project, 'dropped')))
})

test('a no, Ctrl-D and Ctrl-C at the question stop the script', async () => {
  for (const [typed, code] of [
    ['no\n', 3],
    ['\u0004', 3],
    ['\u0003', 130],
  ] as const) {
    const ended = await onTerminal(asking, typed)
    is(ended.code, code, ended.shown)
    not.match(ended.shown, 'done phase2')
  }
})

test('--json: every line on stderr is one event that a program can read', async () => {
  const { code, stdout, stderr } = await toy.run(three, ['--json'], { env })
  is(code, 0)
  equal(stdout.trim().split('\n').length, 4)
  const events = stderr
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
  ok(events.every(({ at, script }) => Date.parse(at) && script))
  is(events[0].event, 'begin')
  is(events.at(-1).event, 'end')
  is(events.at(-1).code, 0)
})

test('an answer that never comes is a failure, not a silent success', async () => {
  const file = toy.script(`${OPEN}await step('1. Wait', () => new Promise(() => {}))`)
  const { code, stderr } = await toy.run(file, [], { env })
  is(code, 1)
  match(stderr, 'never came to its end')
})

test("the number of a step is the plan's", () => {
  is(stepNumber('4. Apply migration with backup point'), 4)
  is(stepNumber('12. Last'), 12)
  ok(Number.isNaN(stepNumber('Look around')))
})

test('a journal that cannot be written fails the step, and the script can still deal with it', async () => {
  mkdirSync(join(directory, 'journal.jsonl'))
  const file = toy.script(`${OPEN}
await step('1. Look', () => shared.print('looked')).catch((error) => shared.print('dealt with: ' + error.message))`)
  const { stdout } = await toy.run(file, [], { env })
  rmSync(join(directory, 'journal.jsonl'), { recursive: true })
  match(stdout, /looked\ndealt with: the journal in .* could not be written/)
})

test('when the journal does not take the last entry either the script has failed', async () => {
  const file = toy.script(`${OPEN}
const { mkdirSync } = await import('node:fs')
await step('1. Look', () => {}, { done: async () => { mkdirSync('${directory}/journal.jsonl'); return 'so already' } })`)
  const { code, stderr } = await toy.run(file, [], { env })
  rmSync(join(directory, 'journal.jsonl'), { recursive: true })
  is(code, 1)
  match(stderr, /the journal in .* could not be written/)
})

test('no changing command begins before its step is in the journal', async () => {
  const file = toy.script(`${OPEN}
await step('1. Change', () => shared.server\`cp ${directory}/journal.jsonl ${directory}/seen\`)`)
  is((await toy.run(file, [], { env })).code, 0)
  match(readFileSync(join(directory, 'seen'), 'utf8'), '"step":"1. Change","state":"begun"')
})

test.run()
