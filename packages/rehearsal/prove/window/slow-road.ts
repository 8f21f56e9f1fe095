import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { Transform } from 'node:stream'

/** Holds every piece back for as long, whatever comes meanwhile: a longer road is no narrower one. */
function held(ms: number): Transform {
  return new Transform({
    readableHighWaterMark: 2 ** 24,
    writableHighWaterMark: 2 ** 24,
    transform(piece, _, done) {
      setTimeout(() => this.push(piece), ms)
      done()
    },
    flush(done) {
      setTimeout(done, ms)
    },
  })
}

/**
 * A TCP proxy on this machine that makes the road to a server longer.
 * @param roundTrip milliseconds that a byte and the answer to it need more
 * @returns its port, and what closes it
 */
export async function slowRoad(
  to: { host: string; port: number },
  roundTrip: number,
): Promise<{ port: number; close: () => void }> {
  const open = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect({ ...to, noDelay: true })
    near.setNoDelay(true)
    for (const socket of [near, far]) {
      open.add(socket)
      socket.on('error', () => {
        near.destroy()
        far.destroy()
      })
      socket.on('close', () => open.delete(socket))
    }
    near.pipe(held(roundTrip / 2)).pipe(far)
    far.pipe(held(roundTrip / 2)).pipe(near)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      for (const socket of open) socket.destroy()
      server.close()
    },
  }
}
