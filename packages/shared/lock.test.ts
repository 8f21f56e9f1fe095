import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { test } from 'uvu'
import { equal, is, match, not, ok } from 'uvu/assert'
import { fence, keeper } from './lock.ts'

const folder = mkdtempSync(join(tmpdir(), "stories-lock's-"))
const started: ChildProcess[] = []
test.after(() => {
  for (const child of started) child.kill('SIGKILL')
  rmSync(folder, { recursive: true })
})

let count = 0
/** A folder of backups with a lock of its own. */
const newRoot = () => join(folder, `root-${++count}`)

/** A process whose stdout is read line by line. */
function converse(command: string, args: string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'pipe'] })
  started.push(child)
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  let words = ''
  child.stderr.on('data', (chunk) => {
    words += chunk
  })
  const end = new Promise<number | null>((resolve) => child.on('close', resolve))
  return {
    child,
    end,
    words: () => words,
    line: async () => String((await lines.next()).value ?? ''),
    tell: (line: string) => child.stdin.write(`${line}\n`),
  }
}

/** The real remote end of the lock, on this machine. */
const keep = (root: string, token: string, { name = token, wait = 0, silence = 12, joins = false } = {}) =>
  converse('bash', ['-c', keeper(root, token, name, joins, wait, silence)])

/** A changing command as the server gets it: first the fence, then the work. */
const change = (root: string, token: string, work: string) =>
  spawnSync('bash', ['-c', `set -euo pipefail; ${fence(root, token, `${token} phase4`)}${work}`], {
    encoding: 'utf8',
  })

// An operator: takes the lock on this machine, says so, and does as told on stdin until it closes.
const OPERATOR = `
import { createInterface } from 'node:readline'
import { journal, lock, unlock } from '${fileURLToPath(new URL('./lock.ts', import.meta.url))}'
import { connect, server } from '${fileURLToPath(new URL('./server.ts', import.meta.url))}'
import { loadSettings } from '${fileURLToPath(new URL('./settings.ts', import.meta.url))}'
import { fail } from '${fileURLToPath(new URL('./step.ts', import.meta.url))}'
const [root, wait] = process.argv.slice(2)
try {
  connect({ ...loadSettings(), PROJECT_DIR: '/' })
  await lock(root, 'phase4', Number(wait))
  console.log('taken ' + process.env.STORIES_LOCK)
  for await (const line of createInterface({ input: process.stdin })) {
    if (line === 'give back') unlock()
    if (line.startsWith('journal ')) await journal(root + '/release', JSON.parse(line.slice(8))).then(() => console.log('written'), (error) => console.log(error.message))
    if (line.startsWith('run ')) console.log('exit ' + (await server({ nothrow: true })\`bash -c \${line.slice(4)}\`).exitCode)
  }
} catch (error) { fail(error) }
`
const program = join(folder, 'operator.mts')
writeFileSync(program, OPERATOR)

const operator = (root: string, name: string, wait = 0, env: NodeJS.ProcessEnv = {}) =>
  converse(process.execPath, ['--import', import.meta.resolve('tsx'), program, root, String(wait)], {
    SERVER_HOST: 'here',
    PUBLIC_URL: 'http://127.0.0.1',
    STORIES_ENV_FILE: '/dev/null',
    STORIES_OPERATOR: name,
    ...env,
  })

test('the second operator leaves at once with exit 4 and the name of the first', async () => {
  const root = newRoot()
  const ann = operator(root, 'ann')
  match(await ann.line(), /^taken /)
  const bob = operator(root, 'bob')
  is(await bob.end, 4)
  match(bob.words(), /Somebody else is at work on this server: ann@\S+ phase4 since 20/)
  not.match(bob.words(), /[0-9a-f]{24}/, 'the token is not told')
  ann.child.stdin.end()
  is(await ann.end, 0)
})

test('kill -9 of the operator gives the lock back by itself', async () => {
  const root = newRoot()
  const ann = operator(root, 'ann')
  await ann.line()
  ann.child.kill('SIGKILL')
  await ann.end
  const bob = operator(root, 'bob')
  match(await bob.line(), /^taken /)
  bob.child.stdin.end()
  is(await bob.end, 0)
})

test('an operator who gives the lock back is followed by the next one', async () => {
  const root = newRoot()
  const ann = operator(root, 'ann')
  await ann.line()
  ann.tell('give back')
  ann.child.stdin.end()
  is(await ann.end, 0)
  const bob = keep(root, 'b'.repeat(24))
  match(await bob.line(), /^ready /)
  bob.child.stdin.end()
})

test('when the connection that held the lock dies, the operator stops with exit 4', async () => {
  const root = newRoot()
  const ann = operator(root, 'ann')
  await ann.line()
  spawnSync('pkill', ['-KILL', '-P', String(ann.child.pid), '-f', 'flock -n 9'])
  is(await ann.end, 4)
  match(ann.words(), 'is gone')
})

test('silence longer than allowed gives the lock back, a beat keeps it', async () => {
  const root = newRoot()
  const ann = keep(root, 'a'.repeat(24), { silence: 1 })
  match(await ann.line(), /^ready [0-9a-f-]{36}$/, 'the boot id is told')
  const beats = setInterval(() => ann.tell('beat'), 300)
  await new Promise((resolve) => setTimeout(resolve, 2000))
  match(await keep(root, 'b'.repeat(24)).line(), /^held a+ /)
  clearInterval(beats)
  const since = Date.now()
  await ann.end
  ok(Date.now() - since < 3000)
  const bob = keep(root, 'b'.repeat(24))
  match(await bob.line(), /^ready /)
  bob.child.stdin.end()
})

test('a command passes the fence as long as its operator holds the lock, and is refused once another does', async () => {
  const root = newRoot()
  const ann = keep(root, 'ann')
  await ann.line()
  is(change(root, 'ann', 'echo done').stdout, 'done\n')
  ann.child.stdin.end()
  await ann.end
  is(change(root, 'ann', 'echo done').status, 0, 'nobody else has come')
  const bob = keep(root, 'bob')
  await bob.line()
  const late = change(root, 'ann', `touch ${JSON.stringify(join(root, 'changed'))}`)
  is(late.status, 75)
  match(late.stderr, 'the lock was lost')
  is(existsSync(join(root, 'changed')), false)
  bob.child.stdin.end()
})

test('a command that a dead operator left running is waited for', async () => {
  const root = newRoot()
  const ann = keep(root, 'ann')
  await ann.line()
  const left = spawn('bash', ['-c', `${fence(root, 'ann', 'ann phase4')}sleep 1; touch ended`], {
    cwd: folder,
  })
  started.push(left)
  await new Promise((resolve) => setTimeout(resolve, 300))
  ann.child.kill('SIGKILL')
  await ann.end
  const bob = keep(root, 'bob', { wait: 10 })
  match(await bob.line(), /^ready /)
  ok(existsSync(join(folder, 'ended')), 'it had come to its end')
  bob.child.stdin.end()
})

test('a command that does not end in time is named, and nothing is changed beside it', async () => {
  const root = newRoot()
  const ann = operator(root, 'ann')
  await ann.line()
  ann.tell('run sleep 4')
  await new Promise((resolve) => setTimeout(resolve, 500))
  ann.child.kill('SIGKILL')
  await ann.end
  const bob = operator(root, 'bob', 1)
  is(await bob.end, 4)
  match(
    bob.words(),
    /A command of an earlier run is still at work there: ann@\S+ phase4 since \S+ \(process \d+\)/,
  )
})

test('a script that another one starts joins its lock', async () => {
  const root = newRoot()
  const parent = operator(root, 'ann')
  const token = (await parent.line()).slice('taken '.length)
  const child = operator(root, 'ann', 0, { STORIES_LOCK: token })
  is(await child.line(), `taken ${token}`)
  child.tell('run true')
  is(await child.line(), 'exit 0')
  child.child.stdin.end()
  is(await child.end, 0)
  parent.tell('run true')
  is(await parent.line(), 'exit 0', 'the parent holds it still')
  parent.child.stdin.end()
})

test('a lock that was lost meanwhile cannot be joined', async () => {
  const root = newRoot()
  const ann = keep(root, 'a'.repeat(24), { name: 'ann' })
  await ann.line()
  const stranger = operator(root, 'bob', 0, { STORIES_LOCK: 'f'.repeat(24) })
  is(await stranger.end, 4)
  match(stranger.words(), 'lost ann')
  ann.child.stdin.end()
})

test('the journal gets one line for each entry: what, when, by whom, since which boot', async () => {
  const root = newRoot()
  mkdirSync(join(root, 'release'), { recursive: true })
  const ann = operator(root, 'ann')
  await ann.line()
  const hostile = `'; rm -rf / $(id) \\n "x" é\ttab`
  for (const entry of [
    { step: '1. Stop', state: 'begun' },
    { step: hostile, state: 'done', ms: 7 },
  ]) {
    ann.tell(`journal ${JSON.stringify(entry)}`)
    is(await ann.line(), 'written')
  }
  ann.child.stdin.end()
  const [first, second, rest] = readFileSync(join(root, 'release/journal.jsonl'), 'utf8').split('\n')
  const { at, who, boot, ...entry } = JSON.parse(first!)
  ok(Math.abs(Date.parse(at) - Date.now()) < 60_000)
  match(who, /^ann@/)
  is(boot, readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
  equal(entry, { step: '1. Stop', state: 'begun' })
  is(JSON.parse(second!).step, hostile)
  is(rest, '')
})

test('a journal that cannot be written is a failure', async () => {
  const root = newRoot()
  const ann = operator(root, 'ann')
  await ann.line()
  ann.tell('journal {"step":"1. Stop"}')
  match(await ann.line(), /journal in .* could not be written/)
  ann.child.stdin.end()
})

test('where the folder of backups cannot be made there is no lock, and no stray files', async () => {
  const root = join(folder, 'a-file')
  writeFileSync(root, '')
  const ann = operator(root, 'ann')
  is(await ann.end, 4)
  match(ann.words(), /The lock could not be taken in .*a-file/)
  is(existsSync('.lock'), false)
})

test.run()
