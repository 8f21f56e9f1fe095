import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { hostname, userInfo } from 'node:os'
import { createInterface } from 'node:readline'
import { EXIT, Stop } from './exit.ts'
import { say } from './log.ts'
import { quote } from './quote.ts'
import { redactedJson } from './redact.ts'
import { channel, clearBefore, setBefore, setFence } from './server.ts'

/** How often the operator's side says that it lives, and after how long a silence the server takes the lock back (seconds). */
const BEAT = 2
const SILENCE = 12

/** Who this is, as shown to the other operator and kept in the journal. */
export const who = () => `${process.env['STORIES_OPERATOR'] ?? userInfo().username}@${hostname()}`

/**
 * The remote end of the lock. It lives on its ssh channel: it holds an exclusive flock and expects a beat on stdin, so
 * the lock goes by itself when the operator's process or network dies, and nobody ever removes a stale one. It is also
 * the journal's pen: a line `journal DIR JSON` is appended, synced to the disk and acknowledged.
 */
export function keeper(
  root: string,
  token: string,
  holder: string,
  inherited: boolean,
  wait: number,
  silence = SILENCE,
): string {
  const take = `
exec 9>>.lock
if ! flock -n 9; then echo "held $(head -n 1 .holder 2>/dev/null || echo somebody)"; exit 0; fi
line=${quote(`${token} ${holder}`)}
# On a full disk the file is overwritten where it lies: no-space-left.ts needs the lock to make room.
{ printf '%s\\n' "$line" > .holder.tmp && mv .holder.tmp .holder; } 2>/dev/null || printf '%s\\n' "$line" 1<> .holder || { echo "full"; exit 0; }
exec 8>>.commands
if ! flock -w ${wait} -x 8; then echo "busy $(cat .command 2>/dev/null || echo 'a command of an earlier run')"; exit 0; fi
exec 8>&-`
  const join = `
read -r token rest < .holder || token=
if [ "$token" != ${quote(token)} ]; then echo "lost $rest"; exit 0; fi`
  return `umask 077; mkdir -p ${quote(root)} && cd ${quote(root)} || exit 1
${inherited ? join : take}
echo "ready $(cat /proc/sys/kernel/random/boot_id)"
while IFS= read -r -t ${silence} line; do
  case $line in
    journal\\ *) line=\${line#journal }; dir=\${line%% *}
      if [ -d "$dir" ] && printf '%s\\n' "\${line#* }" >> "$dir/journal.jsonl" && sync "$dir/journal.jsonl"; then echo ok; else echo failed; fi ;;
  esac
done`
}

/** What every changing command passes first: under a shared lock, the holder must still be us. */
export function fence(root: string, token: string, script: string): string {
  return `exec 7>>${quote(`${root}/.commands`)}; flock -s 7; read -r holder _ < ${quote(`${root}/.holder`)}; \
if [ "$holder" != ${quote(token)} ]; then echo 'the lock was lost: another operator holds it' >&2; exit 75; fi; \
{ printf '%s\\n' ${quote(script)} > ${quote(`${root}/.command`)}; } 2>/dev/null || true; `
}

let child: ChildProcess | undefined
let answers: AsyncIterator<string> | undefined
let closing = false

/** The server's boot id, as the lock's remote end read it; a journal that knows it can tell a reboot. */
export let bootId = ''

/**
 * Takes the server's lock, or joins the one that the parent script holds (`STORIES_LOCK` in the environment).
 * @param root the folder of backups on the server, where the lock's files are
 * @throws Stop (exit 4) that names the holder, at once; or the command that a dead operator left running, after `wait` seconds
 */
export async function lock(root: string, script: string, wait: number): Promise<void> {
  const inherited = process.env['STORIES_LOCK']
  const token = inherited ?? randomBytes(12).toString('hex')
  const holder = `${who()} ${script} since ${new Date().toISOString()}`
  child = channel(keeper(root, token, holder, inherited !== undefined, wait), {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
  })
  answers = createInterface({ input: child.stdout! })[Symbol.asyncIterator]()
  child.stdin!.on('error', () => {})
  child.on('exit', () => {
    if (closing) return
    say(
      'The connection that held the lock is gone: stopping here. Run status.ts, then the same command again.',
    )
    process.exit(EXIT.locked)
  })
  const first = String((await answers.next()).value ?? '')
  const [answer, ...rest] = first.split(' ')
  if (answer !== 'ready') {
    closing = true
    child.kill()
    const other = rest.join(' ').replace(/^[0-9a-f]{24} /, '')
    if (answer === 'held')
      throw new Stop(
        EXIT.locked,
        `Somebody else is at work on this server: ${other}`,
        'wait for them, or ask; the lock goes by itself when they end',
      )
    if (answer === 'busy')
      throw new Stop(
        EXIT.locked,
        `A command of an earlier run is still at work there: ${other}`,
        'wait for it to end (monitor: status.ts), then run this again',
      )
    if (answer === 'full')
      throw new Stop(
        EXIT.refused,
        `There is no space left in ${root}, not even for the lock`,
        'remove something there by hand, then run this again',
      )
    throw new Stop(
      EXIT.locked,
      `The lock could not be taken in ${root}: ${first || 'no answer from the server'}`,
      'check that SERVER_USER may write there: an earlier `sudo mkdir` leaves it to root (E2)',
    )
  }
  bootId = rest[0] ?? ''
  process.env['STORIES_LOCK'] = token
  setFence(fence(root, token, `${holder} (process ${process.pid})`))
  const beat = setInterval(() => child?.stdin?.write('beat\n'), BEAT * 1000)
  beat.unref()
  child.unref()
  for (const pipe of [child.stdin, child.stdout]) (pipe as unknown as { unref?: () => void }).unref?.()
}

/** Gives the lock back; also happens by itself when the process ends. */
export function unlock(): void {
  closing = true
  child?.stdin?.end()
}

/** A bash text that waits until an entry is in the journal: it goes another way than the command, which must not come first. */
export const written = (directory: string, entry: string) =>
  `for try in {1..1000}; do if grep -qsF ${quote(entry)} ${quote(`${directory}/journal.jsonl`)}; then break; fi; \
if [ "$try" = 1000 ]; then echo ${quote(`the journal in ${directory} could not be written`)} >&2; exit 1; fi; sleep 0.005; done; `

/**
 * Appends one entry to the release's journal and waits until it is on the server's disk. Who does not wait for that may go on:
 * no changing command begins before the entry is there.
 * Without a lock (a script that only reads) nothing is written.
 */
export async function journal(directory: string, entry: Record<string, unknown>): Promise<void> {
  if (!child || !answers) return
  const held = setInterval(() => {}, 1000) // the channel is unref'ed: this keeps the process while it waits
  const at = new Date().toISOString()
  const line = redactedJson({ at, who: who(), boot: bootId, ...entry })
  const wait = written(directory, line)
  setBefore(wait)
  try {
    child.stdin!.write(`journal ${directory} ${line}\n`)
    const { value } = await answers.next()
    if (value !== 'ok')
      throw new Error(`the journal in ${directory} could not be written (is the disk full?)`)
  } finally {
    clearBefore(wait)
    clearInterval(held)
  }
}
