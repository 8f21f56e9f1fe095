/** One process at a time, among all of this user's on this machine, whichever checkout they work in: they share one Docker. */
import { spawn } from 'node:child_process'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/** Runs `work` while no other process runs under the same name. The lock goes by itself when this process dies. */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const file = join(tmpdir(), `rehearsal-${userInfo().uid}-${name}.lock`)
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; cat'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  try {
    await new Promise((resolve, reject) =>
      holder.stdout.once('data', resolve).once('end', reject).once('error', reject),
    )
    return await work()
  } finally {
    holder.stdin.end()
  }
}
