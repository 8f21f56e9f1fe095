import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match, not, ok } from 'uvu/assert'
import { ProcessOutput } from 'zx/core'
import { connect, read, server, setFence } from './server.ts'
import { loadSettings } from './settings.ts'
import { sshWords } from './transport.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), "stories server's-")))
test.after(() => rmSync(folder, { recursive: true }))

const settings = {
  ...loadSettings(undefined, {
    SERVER_HOST: 'here',
    PUBLIC_URL: 'http://127.0.0.1',
    STORIES_ENV_FILE: '/dev/null',
  }),
  PROJECT_DIR: folder,
}
connect(settings)

test('a command runs in the project folder', async () => {
  is((await read`pwd -P`.text()).trim(), folder)
})

test('a value is one word, whatever is in it; an array is several', async () => {
  const values = ["it's", '$(id)', 'a b', '', '*', 'a\nb']
  is(await read`printf '%s|' ${values}`.text(), `${values.join('|')}|`)
  is(await read`printf '%s|' ${'a b'} x${'$y'}z`.text(), 'a b|x$yz|')
})

test("the shell's own words work: pipes, variables, redirections, several lines", async () => {
  const answer = await read`a=5; echo one two | wc -w
    echo "$((a + 1))" 2>&1`.text()
  equal(answer.trim().split('\n'), ['2', '6'])
})

test('data travels on stdin', async () => {
  is(await read({ input: "SELECT 'x';\n" })`cat`.text(), "SELECT 'x';\n")
})

test('without data stdin is empty, and a command that reads it ends', async () => {
  is(await read`cat`.text(), '')
})

test('on the server itself no command reads ~/.bashrc, with no shell above it either, as under cron', async () => {
  const { HOME, SHLVL } = process.env
  writeFileSync(join(folder, '.bashrc'), 'echo from bashrc')
  try {
    process.env['HOME'] = folder
    delete process.env['SHLVL']
    is(await read({ input: 'answer' })`cat`.text(), 'answer')
  } finally {
    Object.assign(process.env, { HOME, ...(SHLVL && { SHLVL }) })
    rmSync(join(folder, '.bashrc'))
  }
})

test('a command that fails without reading its data fails for its own reason', async () => {
  const input = 'x'.repeat(5_000_000)
  for (const run of [read, server]) {
    const error = await run({ input })`echo refused >&2; exit 7`.catch((thrown) => thrown)
    ok(error instanceof ProcessOutput, String(error))
    is(error.exitCode, 7)
    match(error.stderr, 'refused')
  }
})

test('a failing command throws with its exit code and its words', async () => {
  const error = await read`echo no such thing >&2; exit 7`.catch((thrown) => thrown)
  ok(error instanceof ProcessOutput)
  is(error.exitCode, 7)
  match(error.stderr, 'no such thing')
})

test('a failure in the middle of a pipe or of several lines is a failure', async () => {
  is((await read({ nothrow: true })`false | cat`).exitCode, 1)
  is(
    (
      await read({ nothrow: true })`false
    echo on`
    ).stdout,
    '',
  )
  is(
    (await read({ nothrow: true })`echo ${'$'}undefined_variable; echo "$undefined_variable"`).exitCode !== 0,
    true,
  )
})

test('files that a command makes are for their owner only', async () => {
  await server`touch made; mkdir folder`
  is(statSync(join(folder, 'made')).mode & 0o777, 0o600)
  is(statSync(join(folder, 'folder')).mode & 0o777, 0o700)
})

test('a changing command passes the fence first, a reading one does not', async () => {
  setFence('echo lost >&2; exit 75; ')
  is((await server({ nothrow: true })`touch past-the-fence`).exitCode, 75)
  is((await read`ls`.text()).includes('past-the-fence'), false)
  setFence('')
})

test('a dry run shows what would change, runs nothing of it, and still reads', async () => {
  const shown: string[] = []
  connect(settings, (command) => shown.push(command))
  writeFileSync(join(folder, 'kept'), '')
  const answer = await server`rm ${'kept'}; docker-compose stop ${'an app'}`
  is(answer.exitCode, 0)
  equal(shown.splice(0), ["rm kept; docker-compose stop 'an app'"])
  match(await read`ls`.text(), 'kept')
  is(
    (await server({ input: 'x'.repeat(5_000_000) })`cat > kept`).stdout,
    '',
    'and takes the data that was meant for it',
  )
  connect(settings)
})

test('ssh never skips a host key, asks no questions and shares one connection', () => {
  const words = sshWords({ ...settings, SSH_KEY: '/home/ann/my key.pem', SERVER_PORT: '2222' }).join(' ')
  match(words, '-p 2222')
  match(words, 'BatchMode=yes')
  match(words, 'StrictHostKeyChecking=accept-new')
  not.match(words, 'StrictHostKeyChecking=no')
  match(words, 'IdentityFile="/home/ann/my key.pem"')
  match(words, 'ControlMaster=auto')
  const socket = /ControlPath=(\S+)/.exec(words)?.[1] ?? ''
  ok(socket.replace('%C', 'x'.repeat(40)).length + 17 < 104, `${socket} is too long for a socket`)
})

test('without a key ssh uses its own', () => {
  not.match(sshWords(settings).join(' '), 'IdentityFile')
})

test.run()
