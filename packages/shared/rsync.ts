import { type SpawnOptions, spawn } from 'node:child_process'
import { bytes, progress } from './log.ts'
import { quote } from './quote.ts'
import type { Settings } from './settings.ts'
import { sshWords } from './transport.ts'

// Owners and modes do not travel: the far end may know none of these users. What needs them is kept in a file of its own.
// A file is written in its place: whatever ends rsync, the next call sends only what is lacking of it.
const OPTIONS = [
  ...['-rltp', '--inplace', '--chmod=D0700,F0600', '--info=progress2', '--stats', '--no-inc-recursive'],
]

/** rsync splits its `-e` at spaces and knows quotes, of which two stand for one. */
const remoteShell = (settings: Settings) =>
  ['ssh', ...sshWords(settings)].map((word) => `'${word.replaceAll("'", "''")}'`).join(' ')

/** The words that copy a folder's content from the server to this machine (`fetch`) or the other way (`send`). */
export function rsyncWords(
  settings: Settings,
  direction: 'fetch' | 'send',
  from: string,
  to: string,
  linkDest = '',
): string[] {
  const here = settings.SERVER_HOST === 'here'
  const there = (path: string) =>
    here ? `${path}/` : `${settings.SERVER_USER}@${settings.SERVER_HOST}:${quote(path)}/`
  return [
    ...OPTIONS,
    ...(here ? [] : ['-e', remoteShell(settings)]),
    // Uploads may belong to the app's own user: only root can read all of them.
    ...(direction === 'fetch' && !here ? ['--rsync-path=sudo rsync'] : []),
    ...(linkDest ? [`--link-dest=${linkDest}`] : []),
    ...(direction === 'fetch' ? [there(from), `${to}/`] : [`${from}/`, there(to)]),
  ]
}

const count = (digits: string) => Number(digits.replaceAll(/\D/g, ''))

/** `231.0 MB, 22 %, 0:00:09 left` from a line of rsync's own; undefined for any other. */
export function rsyncProgress(line: string): string | undefined {
  const [, done, percent, left] = /^\s*([\d,.]+)\s+(\d+)%\s+\S+\s+(\d+:\d\d:\d\d)/.exec(line) ?? []
  return done && `${bytes(count(done))}, ${percent} %, ${left} left`
}

/** The bytes that travelled, from what rsync says at its end. */
export function rsyncTravelled(stats: string): number {
  return [...stats.matchAll(/^Total bytes (?:sent|received): ([\d,.]+)/gm)]
    .map(([, digits]) => count(digits!))
    .reduce((sum, each) => sum + each, 0)
}

/**
 * Copies a folder between this machine and the server over the same ssh as everything else. After a cut the next call
 * goes on where this one stopped.
 * @returns the bytes that travelled
 * @throws Error with rsync's last words
 */
export function rsync(settings: Settings, words: string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('rsync', words, { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
    let [out, said] = ['', '']
    child.stdout!.setEncoding('utf8').on('data', (text: string) => {
      out = (out + text).slice(-4000)
      const note = text
        .split(/[\r\n]/)
        .map(rsyncProgress)
        .filter(Boolean)
        .at(-1)
      if (note) progress(note)
    })
    child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-2000)
    })
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'ENOENT' ? new Error('there is no rsync on this machine: install it') : error),
    )
    child.on('close', (code) =>
      code === 0
        ? resolve(rsyncTravelled(out))
        : reject(
            new Error(
              `${said.trim() || 'the connection was lost'} (rsync ended with ${code}, ${settings.SERVER_HOST})`,
            ),
          ),
    )
  })
}
