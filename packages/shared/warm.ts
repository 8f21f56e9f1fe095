import type { ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import type { Transport } from './transport.ts'

/** How many wait. None is opened ahead when, with those at work, there would be more than so many. */
const WAITING = 2
const ROOM = 5

/** Milliseconds after which those that wait are let go. A server takes ten sessions on one connection, for all who share it. */
const PATIENCE = 3000

/**
 * A bash at the far end that waits for its script: its size in bytes and a word, then as many bytes, the word last. The rest
 * of stdin is the script's own. A script that did not arrive whole is not begun.
 */
const BASH = `IFS=' ' read -r size word || exit 255
script=$(head -c "$size")
case $script in *"# $word") exec bash -c "$script" ;; esac
exit 255`

/**
 * Opens sessions before they are needed: to open one takes as long as the way there and back, and then once more before
 * its command begins. A script is handed to one that waits already, so that each command costs one way there and back.
 * Every command still has a bash, a stdin and an exit code of its own.
 * @param open opens a session; ssh over one shared connection, which must stand before several are opened at once
 */
export function warm(open: Transport): Transport {
  const waiting: ChildProcess[] = []
  let atWork = 0
  let idle: NodeJS.Timeout | undefined

  const wait = () => {
    const child = open(BASH, { env: process.env, stdio: ['pipe', 'pipe', 'pipe'], detached: true })
    const gone = () => {
      if (waiting.includes(child)) waiting.splice(waiting.indexOf(child), 1)
    }
    child.on('error', gone)
    child.on('exit', gone)
    for (const stream of child.stdio) stream?.on('error', () => {})
    waiting.push(child)
    hold(child, 'unref')
  }
  const refill = () => {
    clearTimeout(idle)
    idle = setTimeout(() => {
      for (const child of waiting.splice(0)) child.stdin!.end()
    }, PATIENCE)
    idle.unref()
    while (waiting.length < WAITING && atWork + waiting.length < ROOM) wait()
  }
  const count = (child: ChildProcess) => {
    atWork++
    child.once('close', (code) => {
      atWork--
      if (code !== 255) refill()
    })
    return child
  }

  return (script, options) => {
    const child = waiting.shift()
    if (!child) return count(open(script, options))
    count(child)
    refill()
    hold(child, 'ref')
    const word = randomBytes(8).toString('hex')
    const text = `${script}\n# ${word}`
    child.stdin!.write(`${Buffer.byteLength(text)} ${word}\n${text}`)
    if (Array.isArray(options.stdio) && options.stdio[0] === 'ignore') child.stdin!.end()
    return child
  }
}

/** Whether this process stays for a session: it does for one that has a script, not for one that waits. */
function hold(child: ChildProcess, how: 'ref' | 'unref'): void {
  child[how]()
  for (const stream of child.stdio)
    (stream as unknown as { [key in typeof how]?: () => void } | null)?.[how]?.()
}
