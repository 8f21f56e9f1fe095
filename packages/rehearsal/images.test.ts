import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { basesOf } from './images.ts'

test('the server is built from node and from the Debian of its shape', () => {
  const dockerfile = readFileSync(new URL('images/server/Dockerfile', import.meta.url), 'utf8')
  assert.equal(basesOf(dockerfile, { SUITE: 'trixie' }), ['rehearsal/node', 'rehearsal/debian:trixie'])
})

test.run()
