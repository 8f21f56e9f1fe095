/**
 * One process at a time, among all of this user's on this machine, whichever checkout they work in: they
 * share one Docker.
 */
import { spawn } from 'node:child_process'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'

/**
 * Runs `work` while no other process runs under the same name; `waiting` is called when that isn't so at
 * once. The lock goes by itself when this process dies.
 */
export async function exclusively<T>(
  name: string,
  work: () => Promise<T>,
  waiting: () => void = () => {},
): Promise<T> {
  const file = join(tmpdir(), `rehearsal-${userInfo().uid}-${name}.lock`)
  const holder = spawn('flock', [file, 'sh', '-c', 'echo held; cat'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const notice = setTimeout(waiting, 1000)
  try {
    await new Promise((resolve, reject) =>
      holder.once('error', reject).stdout.once('data', resolve).once('end', reject),
    ).finally(() => clearTimeout(notice))
    return await work()
  } finally {
    holder.stdin.end()
  }
}
