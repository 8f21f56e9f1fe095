import { test } from 'uvu'
import { equal, is, ok } from 'uvu/assert'
import { rsyncProgress, rsyncTravelled, rsyncWords } from './rsync.ts'
import type { Settings } from './settings.ts'

const settings = {
  SERVER_HOST: '203.0.113.10',
  SERVER_PORT: '22',
  SERVER_USER: 'ubuntu',
  SSH_KEY: '',
  SSH_KNOWN_HOSTS: "/home/o'neill/known hosts",
} as Settings

test('fetches over the same ssh as everything else, and reads as root what the app alone may read', () => {
  const words = rsyncWords(settings, 'fetch', '/home/ubuntu/backups/20250905_043000', '/copies/x.part')
  equal(words.slice(-2), ['ubuntu@203.0.113.10:/home/ubuntu/backups/20250905_043000/', '/copies/x.part/'])
  ok(words.includes('--rsync-path=sudo rsync'))
  ok(words.includes('--inplace'))
  const shell = words[words.indexOf('-e') + 1]!
  ok(shell.startsWith("'ssh' '-T'"))
  ok(
    shell.includes(`'UserKnownHostsFile="/home/o''neill/known hosts"'`),
    'a quote in a path is two for rsync',
  )
})

test('on the server itself nothing goes through ssh', () => {
  const words = rsyncWords(
    { ...settings, SERVER_HOST: 'here' },
    'fetch',
    '/backups/x',
    '/copies/x.part',
    '/copies/w',
  )
  is(words.includes('-e'), false)
  equal(words.slice(-3), ['--link-dest=/copies/w', '/backups/x/', '/copies/x.part/'])
})

test('what is copied can be read by its owner alone, on either side', () => {
  for (const direction of ['fetch', 'send'] as const)
    ok(rsyncWords(settings, direction, '/a', '/b').includes('--chmod=D0700,F0600'))
})

test("rsync's own progress is shown with what is left", () => {
  is(rsyncProgress('    242,221,056  22%   25.55MB/s    0:00:09'), '231.0 MB, 22 %, 0:00:09 left')
  is(rsyncProgress('sending incremental file list'), undefined)
})

test('counts what travelled, both ways', () => {
  is(
    rsyncTravelled(
      'Total file size: 9,000,000 bytes\nTotal bytes sent: 1,024\nTotal bytes received: 2,000,000\n',
    ),
    2_001_024,
  )
})

test.run()
