// The bundle, copied onto the server and run there by hand: no ssh, no npm, Node alone.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match } from 'uvu/assert'
import { run } from './docker.ts'
import { server } from './lanes.ts'
import { command } from './operator.ts'
import { differences, fingerprint, inside } from './practice.ts'
import { site } from './settings.ts'

const practice = await server('live')
const before = await fingerprint(practice)
const dist = mkdtempSync(join(tmpdir(), 'stories-dist-'))
test.after(() => rmSync(dist, { recursive: true }))

const words = ['-i', practice.sshKey, '-o', `UserKnownHostsFile=${practice.dir}/known_hosts`]
const trust = [...words, '-o', 'StrictHostKeyChecking=accept-new', '-o', 'BatchMode=yes']
/** Types a command on the server, as somebody who has logged in. */
const there = async (text: string) =>
  (await run`ssh ${trust} ubuntu@${practice.address} ${`cd stories-deployment && ${text}`}`).stdout

test('the bundle is copied there with scp, with a settings file of three lines', async () => {
  const { code, stderr } = await command(practice, ['npm', 'run', '--silent', 'bundle', '--', '--out', dist])
  is(code, 0, stderr)
  await run`scp -qr ${trust} ${dist} ubuntu@${practice.address}:stories-deployment`
  await run`scp -q ${trust} ${practice.dir}/ca.pem ubuntu@${practice.address}:stories-deployment/`
  const settings = `SERVER_HOST=here\nPUBLIC_URL=https://${site}\nPUBLIC_CA=~/stories-deployment/ca.pem\n`
  await inside(practice, 'install -o ubuntu -m 600 /dev/stdin /home/ubuntu/stories-deployment/.env', {
    input: `${settings}UPLOAD_DIRS=public/books,uploads\nDATABASE_HEALTH_PATH=/api/health/database\n`,
  })
})

test('status reads the server that it runs on', async () => {
  match(await there('node packages/deploy/status.mjs'), 'No deployment has begun')
})

test('backup and verify work there as they do from outside', async () => {
  const directory = (await there('node packages/backup/backup.mjs 2> backup.log')).trim()
  match(directory, /^\/home\/ubuntu\/backups\/\d{8}_\d{6}$/)
  await there('node packages/backup/verify.mjs 2> verify.log')
  is((await inside(practice, 'readlink -f /home/ubuntu/backups/current')).trim(), directory)
  equal(differences(before, await fingerprint(practice)), [])
})

test('what comes next is named as it is called there', async () => {
  const log = await there('cat backup.log')
  match(log, 'node packages/backup/verify.mjs')
})

test.run()
