import { execFileSync } from 'node:child_process'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test } from 'uvu'
import { equal, is, match, unreachable } from 'uvu/assert'
import { listSnapshots, noSnapshot, takeSnapshot } from './lightsail.ts'
import type { Settings } from './settings.ts'

const settings = { LIGHTSAIL_INSTANCE: 'stories' } as Settings

test('says in words why no snapshot can be taken', () => {
  is(noSnapshot({ LIGHTSAIL_INSTANCE: '' } as Settings), 'LIGHTSAIL_INSTANCE is not set')
  is(noSnapshot(settings, { PATH: '/nowhere' }), 'there is no aws command on this machine')
})

// The aws command itself talks to an endpoint on this machine that answers as Lightsail does.
let hasAws = true
try {
  execFileSync('aws', ['--version'], { stdio: 'ignore' })
} catch {
  hasAws = false
}
const withAws = hasAws ? test : test.skip

/** Answers as Lightsail's API: one POST, the action in a header, JSON both ways. */
async function endpoint(answers: Record<string, (body: Record<string, string>) => unknown>) {
  const asked: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk
    })
    request.on('end', () => {
      const action = String(request.headers['x-amz-target']).replace('Lightsail_20161128.', '')
      asked.push(action)
      const answer = answers[action]?.(JSON.parse(body || '{}'))
      response.writeHead(answer === undefined ? 400 : 200, { 'content-type': 'application/x-amz-json-1.1' })
      response.end(
        JSON.stringify(answer ?? { __type: 'NotFoundException', message: 'The instance does not exist' }),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_REGION: 'us-east-2',
    AWS_DEFAULT_REGION: 'us-east-2',
    AWS_MAX_ATTEMPTS: '1',
  })
  return { asked, close: () => server.close() }
}

withAws('takes a snapshot named after the release and waits until it is available', async () => {
  const states = ['pending', 'available']
  const created: Record<string, string>[] = []
  const { asked, close } = await endpoint({
    CreateInstanceSnapshot: (body) => {
      created.push(body)
      return { operations: [{ id: '1', status: 'Started' }] }
    },
    GetInstanceSnapshot: ({ instanceSnapshotName }) => ({
      instanceSnapshot: { name: instanceSnapshotName, state: states.shift() },
    }),
  })
  await takeSnapshot(settings, '20250905_043000')
  close()
  equal(created, [{ instanceName: 'stories', instanceSnapshotName: 'stories-20250905-043000' }])
  equal(asked, ['CreateInstanceSnapshot', 'GetInstanceSnapshot', 'GetInstanceSnapshot'])
})

withAws('lists the snapshots of this instance alone, newest first', async () => {
  const snapshot = (name: string, fromInstanceName: string, createdAt: number) => ({
    name,
    fromInstanceName,
    createdAt,
    state: 'available',
  })
  const { close } = await endpoint({
    GetInstanceSnapshots: () => ({
      instanceSnapshots: [
        snapshot('old', 'stories', 1757000000),
        snapshot('new', 'stories', 1757046600),
        snapshot('other', 'another', 1757046601),
      ],
    }),
  })
  const names = (await listSnapshots(settings)).map(({ name }) => name)
  close()
  equal(names, ['new', 'old'])
})

withAws('fails with what Lightsail said', async () => {
  const { close } = await endpoint({})
  try {
    await takeSnapshot(settings, '20250905_043000')
    unreachable()
  } catch (error) {
    match((error as Error).message, /The instance does not exist/)
  } finally {
    close()
  }
})

test.run()
