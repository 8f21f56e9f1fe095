// No secret shows: not in what any script says, however much it is asked to say, not in the process list of the server.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { test } from 'uvu'
import { equal, is, match, ok } from 'uvu/assert'
import { everyTable } from './eyes.ts'
import { server } from './lanes.ts'
import { call } from './operator.ts'
import { inside } from './practice.ts'

const practice = await server('plan')
const env = await inside(practice, 'cat /home/ubuntu/1001project/.env')
const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(env)![1]!
const passphrase = 'sentinel of "six" words; & signs'
const secrets = [...['POSTGRES_PASSWORD', 'NEXTAUTH_SECRET', 'EMAIL_SERVER_PASSWORD'].map(value), passphrase]

/** Each secret as it is, as a URL, a form, JSON and base64 write it, at each of the three places where bytes may fall. */
const forms = secrets.flatMap((secret) => [
  secret,
  encodeURIComponent(secret),
  String(new URLSearchParams({ _: secret })).slice(2),
  JSON.stringify(secret).slice(1, -1),
  ...[0, 1, 2].map((shift) =>
    Buffer.from(' '.repeat(shift) + secret)
      .toString('base64')
      .slice(4, -4),
  ),
])
/** The lines in which one is seen; it is not shown again. */
const seenIn = (text: string) =>
  text
    .split('\n')
    .filter((line) => forms.some((form) => line.includes(form)))
    .map((line) => forms.reduce((rest, form) => rest.replaceAll(form, '[SECRET]'), line))

const said: string[] = []
const say = async (script: string, words: string[], code = 0) => {
  const environment = { BACKUP_PASSPHRASE: passphrase, FETCH_DIR: `${practice.dir}/fetched` }
  const outcome = await call(practice, script, words, { environment })
  said.push(`${script}\n${outcome.stdout}${outcome.stderr}`)
  ok(outcome.code === code, `${script} ended with ${outcome.code}\n${outcome.stderr}`)
}

test('a deployment that tells everything, watched by somebody who lists processes all the time', async () => {
  const watch = spawn('docker', [
    ...['exec', practice.container, 'sh', '-c'],
    'while [ ! -e /tmp/seen-enough ]; do ps -eo args; sleep 0.05; done | sort -u > /tmp/processes',
  ])
  const closed = once(watch, 'close')
  const consent = await everyTable(practice)
  try {
    await say('deploy/deploy', ['--yes', '--json', '--consent', consent])
    await say('backup/fetch', ['--verbose'])
    await say('rollback/immediate', ['--yes', '--verbose'])
    for (const script of [
      'deploy/environment',
      'deploy/migration-check',
      'deploy/status',
      'monitor/functional',
    ])
      await say(script, script.startsWith('monitor') ? ['--verbose', '--before'] : ['--verbose'])
  } finally {
    await inside(practice, 'touch /tmp/seen-enough')
    await closed
  }
  const processes = await inside(practice, 'cat /tmp/processes')
  match(processes, 'pg_dump')
  // Prisma's CLI itself gives its engine the address as a word of the command line when it asks whether there is a database.
  const prismas = /^\S.* cli --datasource \S+ can-connect-to-database$/
  equal(
    seenIn(processes).filter((line) => !prismas.test(line)),
    [],
  )
})

test('no script said one, with --verbose or --json', () => {
  for (const text of said) equal(seenIn(text), [], text.split('\n')[0])
})

test('of the files that a deployment leaves, only those that keep secrets have them, and they are closed', async () => {
  const kept = /^(\.env\.backup|\.env\.phase3|compose-config\.yml)$/
  const files = await inside(
    practice,
    "cd /home/ubuntu/backups/current && find . -maxdepth 1 -type f ! -name '*.tar*' -printf '%f %m\\n'",
  )
  for (const line of files.trim().split('\n')) {
    const [path = '', mode] = line.split(' ')
    const text = await inside(practice, `cat /home/ubuntu/backups/current/${path}`)
    if (seenIn(text).length > 0) match(path, kept)
    is(mode, '600', path)
  }
})

test.run()
