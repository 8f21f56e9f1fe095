// An additive change, deployed while visitors use the site: nobody notices, wherever it dies it can be ended either way.
import { test } from 'uvu'
import { equal, is, match, ok } from 'uvu/assert'
import { ask, ends } from './eyes.ts'
import { server } from './lanes.ts'
import { differences, fingerprint, inside } from './practice.ts'
import { attempt } from './prove/faults/attempt.ts'
import { orphans } from './prove/faults/orphans.ts'
import { deployAdditive } from './prove/window/additive.ts'
import { environment } from './prove/window/target.ts'

const practice = await server('plan')
const before = await fingerprint(practice)
const script = 'deploy/without-window'
const unchanged = ['settings', 'uploads'] as const
const written = () => ask(practice, `SELECT count(*) FROM "Story" WHERE title LIKE 'Written as %'`)
const state = async () => (await ends(practice, 'deploy/status', ['--json'], { environment })).stdout

/** Kills the operator when a step begins. */
async function killed(step: string): Promise<void> {
  const running = attempt(
    practice,
    'deploy',
    script,
    ['--yes'],
    (boundary) => {
      if (boundary.step.startsWith(step) && boundary.state === 'begun')
        process.kill(-running.group, 'SIGKILL')
    },
    environment,
  )
  is((await running.end).code, null)
}

test('visitors get every answer while the site is deployed, and find what they wrote', async () => {
  const { failed, kinds } = await deployAdditive(practice, undefined, 25)
  is(failed, 0, JSON.stringify(kinds))
  is(await written(), String(kinds['write']?.requests))
})

test('afterwards all is new, as a deployment with a window leaves it', async () => {
  match(await state(), '"state":"All new')
  const now = await fingerprint(practice)
  equal(differences(before, now, unchanged), [])
  ok(differences(before, now, ['schema']).length > 0)
  ok(differences(before, now, ['code', 'image']).length > 1)
  equal(await orphans(practice), [])
})

test('run again it changes nothing', async () => {
  const now = await fingerprint(practice)
  await ends(practice, script, ['--yes'], { environment })
  equal(differences(now, await fingerprint(practice)), [])
})

test('immediate.ts brings the old code back, and takes nothing that was written', async () => {
  const [now, rows] = [await fingerprint(practice), await written()]
  const { stderr } = await ends(practice, 'rollback/immediate', ['--yes'], { environment })
  match(stderr, 'no row is lost')
  match(await state(), '"state":"All old')
  const back = await fingerprint(practice)
  equal(differences(before, back, ['code', 'image', ...unchanged]), [])
  equal(differences(now, back, ['schema', 'data']), [])
  is(await written(), rows)
})

test('killed while visitors are with the new app beside the old, it goes on', async () => {
  await killed('8.')
  match(await state(), 'stands unfinished')
  match(await inside(practice, 'docker ps'), 'stories-beside')
  await ends(practice, script, ['--yes'], { environment })
  match(await state(), '"state":"All new')
  equal(differences(before, await fingerprint(practice), unchanged), [])
  equal(await orphans(practice), [])
})

test('killed there, it goes back', async () => {
  await ends(practice, 'rollback/immediate', ['--yes'], { environment })
  await killed('7.')
  await inside(practice, 'docker stop -t 20 stories-beside')
  const { stderr } = await ends(practice, 'rollback/troubleshooting/bad-gateway', ['--yes'], {
    environment,
    code: 3,
  })
  match(stderr, /nginx leads visitors to the app beside[\s\S]*Next: tsx packages\/rollback\/immediate\.ts/)
  await ends(practice, 'rollback/immediate', ['--yes'], { environment })
  match(await state(), '"state":"All old')
  equal(differences(before, await fingerprint(practice), ['code', 'image', ...unchanged]), [])
  equal(await orphans(practice), [])
})

test.run()
