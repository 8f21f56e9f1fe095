import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { conflictsOf, type Holder, readHolder, readListener, readWanted, vital } from './ports.ts'

test('reads which ports the containers publish, running or not', () => {
  assert.equal(readWanted('/stories-app false 3000\n/stories-nginx true 80 443 80\n/stories-db true\n'), [
    { port: '3000', container: 'stories-app', running: false },
    { port: '80', container: 'stories-nginx', running: true },
    { port: '443', container: 'stories-nginx', running: true },
  ])
})

test('reads who listens', () => {
  const line = 'LISTEN 0 511 *:3000 *:* users:(("node",pid=4711,fd=18),("node",pid=4712,fd=18))'
  assert.equal(readListener(line), [4711, 'node'])
  assert.is(readListener(''), undefined)
})

test('a process of a systemd unit is stopped as that unit', () => {
  assert.equal(readHolder(812, 'nginx', '0::/system.slice/nginx.service\n'), {
    kind: 'unit',
    name: 'nginx.service',
    pid: 812,
  })
  assert.equal(readHolder(9, 'node', '0::/user.slice/user-1000.slice/session-3.scope\n'), {
    kind: 'process',
    name: 'node',
    pid: 9,
  })
})

test('a container that holds its own port is no conflict, everybody else is', () => {
  const wanted = [{ port: '3000', container: 'stories-app', running: false }]
  const held = (holder: Holder) => conflictsOf(wanted, new Map([['3000', holder]])).length
  assert.is(held({ kind: 'container', name: 'stories-app', pid: 0 }), 0)
  assert.is(held({ kind: 'container', name: 'old-stories-app', pid: 0 }), 1)
  assert.is(held({ kind: 'process', name: 'node', pid: 4711 }), 1)
  assert.equal(conflictsOf(wanted, new Map()), [])
})

test('what keeps the server reachable is never stopped', () => {
  for (const name of [
    'sshd',
    'ssh.service',
    'dockerd',
    'containerd',
    'containerd-shim-runc-v2',
    'systemd',
    'init',
  ])
    assert.ok(vital({ kind: 'process', name, pid: 1 }), name)
  for (const name of ['node', 'nginx.service', 'initdb', 'sshuttle'])
    assert.not.ok(vital({ kind: 'process', name, pid: 9 }), name)
})

test.run()
