import { bytes, duration, event, progress, read, voice } from '@stories/shared'

/** `231.0 MB of 1.0 GB, 22 %, 9 s left`; what is left is reckoned from the pace so far, and left out until there is one. */
export function growth(done: number, expected: number, ms: number): string {
  const part = expected > 0 ? Math.min(done / expected, 0.99) : 0
  const left = part > 0.02 ? `, ${duration(Math.max(1000, (ms / part) * (1 - part)))} left` : ''
  return `${bytes(done)} of ${bytes(Math.max(expected, done))}, ${Math.floor(part * 100)} %${left}`
}

/**
 * Shows how something on the server grows, once a second, where somebody looks: on a terminal or with `--json`.
 * @param measure its bytes now
 * @param expected the bytes that it will have, about
 * @returns what ends it
 */
export function watchGrowth(measure: () => Promise<number>, expected: number): () => void {
  if (!process.stderr.isTTY && !voice.json) return () => {}
  const since = Date.now()
  let asking = false
  let ended = false
  const timer = setInterval(async () => {
    if (asking) return
    asking = true
    const size = await measure().catch(() => 0)
    asking = false
    if (ended || !(size > 0)) return
    progress(growth(size, expected, Date.now() - since))
    event('progress', { bytes: size, expected })
  }, 1000)
  timer.unref()
  return () => {
    ended = true
    clearInterval(timer)
    progress('')
  }
}

/** The bytes of a folder on the server. */
export const sizeOf = async (folder: string) =>
  Number((await read`sudo du -sb ${folder}`).stdout.split('\t')[0])
