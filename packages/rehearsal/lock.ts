/** One process at a time, among all that work in this checkout. */
import { spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { stateDir } from './state.ts'

/** Runs `work` while no other process runs under the same name. The lock goes by itself when this process dies. */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(stateDir, { recursive: true })
  const holder = spawn('flock', [join(stateDir, `${name}.lock`), 'sh', '-c', 'echo held; cat'], {
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
