import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { decimalBytes, readCache, readImages, readLogs, readRemains, unprotected } from './space.ts'

test('reads sizes as Docker counts images, in powers of 1000', () => {
  assert.is(decimalBytes('395MB'), 395_000_000)
  assert.is(decimalBytes('1.2GB (63%)'), 1_200_000_000)
  assert.is(decimalBytes('0B'), 0)
  assert.is(decimalBytes('63B'), 63)
  assert.is(decimalBytes(''), 0)
})

test('finds the build cache among what Docker lists', () => {
  assert.is(
    readCache('Images\t394.7MB (63%)\nContainers\t0B (0%)\nLocal Volumes\t9GB\nBuild Cache\t90.59MB\n'),
    90_590_000,
  )
  assert.is(readCache('Images\t394.7MB (63%)\n'), 0)
})

test('an image that a container uses or a rollback starts from is not freed', () => {
  const images = readImages('sha256:a\t<none>:<none>\t325MB\nsha256:b\t<none>:<none>\t20MB\n')
  assert.equal(
    unprotected(images, ['sha256:b', '']).map(({ id }) => id),
    ['sha256:a'],
  )
  assert.equal(unprotected(images, ['sha256:a', 'sha256:b']), [])
})

test('tells the remains of a failed build from a stopped container of somebody', () => {
  const answer = [
    'one\tsha256:95fc\t["/bin/sh","-c","npm ci"]\t1234',
    'two\tpostgres:15\t["/bin/sh","-c","pg_dump"]\t5',
    'three\tsha256:95fc\t["postgres"]\t6',
    'four\t1001project_app\t["node","server.mjs"]\t7',
    '',
  ].join('\n')
  assert.equal(readRemains(answer), [{ id: 'one', bytes: 1234 }])
})

test('reads the log files of containers', () => {
  assert.equal(readLogs('/stories-app\t/var/lib/docker/containers/1/1-json.log\t4096\n'), [
    { container: 'stories-app', path: '/var/lib/docker/containers/1/1-json.log', bytes: 4096 },
  ])
})

test.run()
