import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readDisks, readMemory, readSize } from './resources.ts'

test('reads sizes as Docker writes them', () => {
  assert.is(readSize('512B'), 512)
  assert.is(readSize('17.5MiB'), 17.5 * 1024 ** 2)
  assert.is(readSize('1GiB'), 1024 ** 3)
  assert.is(readSize('3kB'), 3072)
  assert.is(readSize('--'), 0)
})

test('memory in use is what is not available, not what is not free', () => {
  const { percent, containers } = readMemory(
    'app\t64MiB / 1.9GiB\t3.29%\ndb\t128MiB / 1.9GiB\t6.58%\n',
    'MemTotal:        2000000 kB\nMemAvailable:     500000 kB\n',
  )
  assert.is(percent, 75)
  assert.equal(containers, [
    { name: 'app', bytes: 64 * 1024 ** 2, percent: 3.29 },
    { name: 'db', bytes: 128 * 1024 ** 2, percent: 6.58 },
  ])
})

test('a container near its own limit is as much in need as a server near its end', () => {
  const host = 'MemTotal: 100 kB\nMemAvailable: 90 kB\n'
  assert.is(readMemory('app\t240MiB / 256MiB\t93.75%\n', host).percent, 93.75)
})

test('shows the fullest file system first, in space or in inodes, each once', () => {
  const answer =
    '/              32%    4% 74720247808\n/              32%    4% 74720247808\n/var/lib/docker 10%  91% 5000\n/boot/efi  5%  - 100\n'
  assert.equal(readDisks(answer), [
    { mount: '/var/lib/docker', percent: 91, free: 5000 },
    { mount: '/', percent: 32, free: 74720247808 },
    { mount: '/boot/efi', percent: 5, free: 100 },
  ])
})

test.run()
