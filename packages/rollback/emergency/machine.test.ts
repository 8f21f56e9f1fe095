import type { Manifest, Settings } from '@stories/shared'
import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { obstacles, readMachine } from './machine.ts'

const manifest = {
  server: { nginx: 'host' },
  database: { bytes: 1024 ** 3 },
  files: { 'database_backup.sql': { sha256: '', bytes: 1024 ** 3 } },
} as unknown as Manifest
const settings = { PROJECT_DIR: '/home/ubuntu/1001project' } as Settings
const against = (answer: string) => obstacles(readMachine(answer), manifest, settings)
const FREE = `free=${20 * 1024 ** 3}`

test('nothing speaks against an empty machine with Docker, compose, git, rsync, tar and nginx', () => {
  equal(against(`tools=docker git rsync tar nginx \ncompose=docker compose\ncontainers=\n${FREE}\n`), [])
})

test('everything that is missing is said at once', () => {
  equal(against('tools=git tar \ncontainers=\nfree=1073741824\n'), [
    'it lacks docker, rsync, nginx',
    'it has neither docker-compose nor docker compose',
    'it has 1.0 GB free, 5.0 GB are needed',
  ])
})

test('a machine where the site is, or was, is not an empty one', () => {
  const answer = `tools=docker git rsync tar nginx \ncompose=docker-compose\nproject=yes\ncontainers=1001-stories-db 1001-stories-app\n${FREE}\n`
  equal(against(answer), [
    '/home/ubuntu/1001project is there already',
    'there are containers: 1001-stories-db, 1001-stories-app',
  ])
})

test.run()
