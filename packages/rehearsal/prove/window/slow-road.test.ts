import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { test } from 'uvu'
import { is, ok } from 'uvu/assert'
import { slowRoad } from './slow-road.ts'

test('an answer needs the round trip and not much more, and every byte comes', async () => {
  const echo = createServer((socket) => socket.pipe(socket)).listen(0, '127.0.0.1')
  await once(echo, 'listening')
  const road = await slowRoad({ host: '127.0.0.1', port: (echo.address() as AddressInfo).port }, 80)
  const socket = connect({ port: road.port, host: '127.0.0.1' })
  await once(socket, 'connect')
  for (const size of [1, 3_000_000]) {
    const since = performance.now()
    socket.write(Buffer.alloc(size, 'x'))
    for (let got = 0; got < size; ) got += ((await once(socket, 'data')) as Buffer[])[0]!.length
    ok(performance.now() - since >= 78, `${size} bytes came back after ${performance.now() - since} ms`)
  }
  road.close()
  echo.close()
  is(socket.destroy().destroyed, true)
})

test.run()
