import { chmodSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { readFound } from './found.ts'
import { connect } from './server.ts'
import { answer, LIVE, PLAN } from './server-answers.ts'
import { loadSettings } from './settings.ts'
import { stopBehindStandIn } from './stand-in.ts'

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'stories-stand-in-')))
test.after(() => rmSync(folder, { recursive: true }))

// Says what it does once it has done it, and takes its time to run a container.
const calls = join(folder, 'calls')
mkdirSync(join(folder, 'bin'))
writeFileSync(
  join(folder, 'bin/docker'),
  `#!/bin/sh\ncase $1 in inspect) exit 1 ;; run) sleep 0.3 ;; esac; echo "$1" >> ${calls}\n`,
)
chmodSync(join(folder, 'bin/docker'), 0o755)
process.env['PATH'] = `${join(folder, 'bin')}:${process.env['PATH']}`

const settings = {
  ...loadSettings(undefined, {
    SERVER_HOST: 'here',
    PUBLIC_URL: 'https://stories.example.org',
    STORIES_ENV_FILE: '/dev/null',
  }),
  PROJECT_DIR: folder,
}
connect(settings)

const stopped = async (containers: Parameters<typeof answer>[0], compose2 = '') => {
  writeFileSync(calls, '')
  await stopBehindStandIn(
    readFound(answer(containers, { compose2 }), { ...settings, PROJECT_DIR: '/home/ubuntu/1001project' }),
  )
  return readFileSync(calls, 'utf8').trim().split('\n')
}

test('the app stops only once the stand-in bears its names; nginx on the host needs none', async () => {
  equal(await stopped(LIVE, '2.26.1-4'), ['run', 'stop'])
  equal(await stopped(PLAN), ['stop'])
})

test.run()
