import { test } from 'uvu'
import { is, match, not } from 'uvu/assert'
import { toyServer } from './toy-server.ts'

const toy = toyServer()
test.after(() => toy.remove())

test('a script that was started ahead does nothing before its turn', async () => {
  const { stderr } = await toy.run(
    toy.script(`const ready = await shared.readyScript('deploy/status')
shared.say('it is ready')
await new Promise((resolve) => setTimeout(resolve, 300))
shared.say('its turn')
await ready.go().catch((error) => shared.say(error.message))`),
  )
  match(stderr, /^it is ready\nits turn\nStatus\n[\s\S]*deploy\/status\.ts ended with \d\n/)
})

test('a script that was started ahead ends without a word when its turn does not come', async () => {
  const { code, stdout, stderr } = await toy.run(
    toy.script(`await shared.readyScript('deploy/status')
process.exit(7)`),
  )
  is(code, 7)
  is(stdout + stderr, '')
})

test('a script that cannot start says why when its turn comes', async () => {
  const { stderr } = await toy.run(
    toy.script(`const ready = await shared.readyScript('deploy/status', ['--nonsense'])
await ready.go().catch((error) => shared.say(error.message))`),
  )
  match(stderr, /--nonsense/)
  match(stderr, /deploy\/status\.ts ended with 2\n/)
  not.match(stderr, /\n +at /)
})

test.run()
