import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { setTimeout as pause } from 'node:timers/promises'
import { test } from 'uvu'
import { equal, is, ok } from 'uvu/assert'
import { here, type Transport } from './transport.ts'
import { warm } from './warm.ts'

/** A transport that keeps account of the sessions it opens. */
function counted() {
  const children: ReturnType<Transport>[] = []
  const open: Transport = (script, options) => {
    const child = here(script, options)
    children.push(child)
    return child
  }
  return { open, children, sessions: () => children.length }
}

async function ask(transport: Transport, script: string, input?: string) {
  const child = transport(script, { stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'] })
  if (input !== undefined) child.stdin!.end(input)
  const [out, complained, [code]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, 'close'),
  ])
  return { out, complained, code }
}

test('a command is handed to a session that was opened before, and is the same command there', async () => {
  const { open, sessions } = counted()
  const transport = warm(open)
  equal(await ask(transport, 'echo one'), { out: 'one\n', complained: '', code: 0 })
  is(sessions(), 3) // its own, and two that wait
  equal(await ask(transport, `printf '%s|' "it's" 'ä\n# end'; echo wrong >&2; exit 7`), {
    out: "it's|ä\n# end|",
    complained: 'wrong\n',
    code: 7,
  })
  is(sessions(), 4)
})

test('stdin is the script’s own, to the last byte', async () => {
  const transport = warm(here)
  await ask(transport, 'true')
  const input = 'ä\n'.repeat(500_000)
  is((await ask(transport, 'cat', input)).out, input)
  is((await ask(transport, 'cat')).out, '')
})

test('many at once: each has its own answer', async () => {
  const transport = warm(here)
  await ask(transport, 'true')
  const answers = await Promise.all(Array.from({ length: 8 }, (_, one) => ask(transport, `echo ${one}`)))
  equal(
    answers.map(({ out }) => out.trim()),
    ['0', '1', '2', '3', '4', '5', '6', '7'],
  )
})

test('a script that arrives in part is not begun', async () => {
  const transport = warm((script, options) => {
    const child = here(script, options)
    const write = child.stdin?.write.bind(child.stdin)
    // The connection breaks after half of what was written.
    if (write)
      child.stdin!.write = (data: string) => {
        write(data.slice(0, data.length / 2))
        child.stdin!.end()
        return true
      }
    return child
  })
  await ask(transport, 'true')
  equal(await ask(transport, 'echo begun; echo and more of it; echo to the end'), {
    out: '',
    complained: '',
    code: 255,
  })
})

test('sessions that nobody needs are let go after a while', async () => {
  const { open, children } = counted()
  const transport = warm(open)
  await ask(transport, 'true')
  await pause(3300)
  is(children.filter(({ exitCode }) => exitCode === null).length, 0)
  is((await ask(transport, 'echo again')).out, 'again\n')
})

test('many commands at once leave no more sessions waiting than there is room for', async () => {
  const { open, sessions } = counted()
  const transport = warm(open)
  await ask(transport, 'true')
  const many = Promise.all(Array.from({ length: 6 }, () => ask(transport, 'sleep 0.3')))
  await pause(150)
  ok(sessions() <= 1 + 6, String(sessions()))
  await many
})

test('a session that has ended while it waited is passed over', async () => {
  const { open, children } = counted()
  const transport = warm(open)
  await ask(transport, 'true')
  for (const child of children.slice(1)) child.kill('SIGKILL')
  await pause(100)
  is((await ask(transport, 'echo still')).out, 'still\n')
})

test('a first session that finds no connection opens no others', async () => {
  const { open, sessions } = counted()
  const transport = warm(open)
  is((await ask(transport, 'exit 255')).code, 255)
  is(sessions(), 1)
})

test.run()
