import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync } from 'node:fs'
import type { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { misuse } from './exit.ts'
import { keepSecret } from './redact.ts'
import { expand, type Settings } from './settings.ts'

/** A tool that encrypts: how its files end, and the words that make it write and read them, from stdin to stdout. */
interface Tool {
  ending: '.tar.age' | '.tar.gpg'
  encrypt: string[]
  /** Undefined when this machine has not the key to it, which is as it should be. */
  decrypt: string[] | undefined
  /** Given to the tool on a descriptor of its own: never in its words, which `ps` shows. */
  passphrase: string
}

const GPG = [
  ...[
    'gpg',
    '--batch',
    '--quiet',
    '--no-symkey-cache',
    '--pinentry-mode',
    'loopback',
    '--passphrase-fd',
    '3',
  ],
  ...['--cipher-algo', 'AES256', '--compress-algo', 'none'],
]

/** The tool that the settings ask for: age for a recipient, gpg for a passphrase, none for neither. */
export function encryption(settings: Settings): Tool | undefined {
  const { AGE_RECIPIENT: recipient, AGE_IDENTITY: identity, BACKUP_PASSPHRASE: passphrase } = settings
  if (recipient && passphrase) misuse('Both AGE_RECIPIENT and BACKUP_PASSPHRASE are set: choose one')
  if (recipient || identity)
    return {
      ending: '.tar.age',
      encrypt: ['age', '--encrypt', '--recipient', recipient],
      decrypt: identity ? ['age', '--decrypt', '--identity', expand(identity)] : undefined,
      passphrase: '',
    }
  if (!passphrase) return undefined
  keepSecret(passphrase)
  return {
    ending: '.tar.gpg',
    encrypt: [...GPG, '--symmetric'],
    decrypt: [...GPG, '--decrypt'],
    passphrase,
  }
}

interface Program {
  child: ChildProcess
  /** Ends with the program; throws what it said when it failed. */
  ended: Promise<void>
}

/** Starts a program; its stdin and stdout are pipes, unless a file is given. */
function start(
  [program = '', ...rest]: string[],
  passphrase = '',
  file: { in?: number; out?: number } = {},
): Program {
  const environment = { ...process.env }
  delete environment['BACKUP_PASSPHRASE'] // a process's environment can be read as well
  const stdio = [file.in ?? ('pipe' as const), file.out ?? ('pipe' as const), 'pipe' as const]
  const child = spawn(program, rest, { env: environment, stdio: passphrase ? [...stdio, 'pipe'] : stdio })
  if (passphrase) (child.stdio[3] as Writable).on('error', () => {}).end(`${passphrase}\n`)
  let said = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-2000)
  })
  const ended = new Promise<void>((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'ENOENT' ? new Error(`there is no ${program} on this machine: install it`) : error,
      ),
    )
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program}: ${said.trim() || `ended with ${code}`}`)),
    )
  })
  return { child, ended }
}

/** Waits for programs and the pipe between them. What the first of them says goes before what the others do, and all of it before a broken pipe. */
async function all(programs: Program[], pipes: Promise<unknown>[] = []): Promise<void> {
  const settled = await Promise.allSettled([...programs.map(({ ended }) => ended), ...pipes])
  for (const one of settled) if (one.status === 'rejected') throw one.reason
}

/** The SHA-256 of what a stream carries. */
async function hashOf(stream: Readable): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of stream) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

const packing = (parent: string, name: string) => ['tar', '-cf', '-', '-C', parent, name]

/** Packs the folder `name` of `parent` and encrypts it into a file that only its owner can read. */
export async function encryptFolder(tool: Tool, parent: string, name: string, file: string): Promise<void> {
  const out = openSync(file, 'w', 0o600)
  try {
    const pack = start(packing(parent, name))
    const lock = start(tool.encrypt, tool.passphrase, { out })
    await all([lock, pack], [pipeline(pack.child.stdout!, lock.child.stdin!)])
    fsyncSync(out)
  } finally {
    closeSync(out)
  }
}

/** Whether an encrypted file opens to the same bytes as the folder packs to; undefined when there is no key here. */
export async function opensTo(
  tool: Tool,
  file: string,
  parent: string,
  name: string,
): Promise<boolean | undefined> {
  if (!tool.decrypt) return undefined
  const input = openSync(file, 'r')
  try {
    const pack = start(packing(parent, name))
    const unlock = start(tool.decrypt, tool.passphrase, { in: input })
    const hashes = [pack, unlock].map(({ child }) => hashOf(child.stdout!))
    await all([unlock, pack], hashes)
    const [before, after] = await Promise.all(hashes)
    return before === after
  } finally {
    closeSync(input)
  }
}

/** Opens an encrypted file and unpacks it into a folder. */
export async function decryptInto(tool: Tool, file: string, folder: string): Promise<void> {
  if (!tool.decrypt)
    misuse(
      'AGE_IDENTITY is not set',
      'set it to the file that holds the key, for example AGE_IDENTITY=~/key.txt',
    )
  const input = openSync(file, 'r')
  try {
    const unlock = start(tool.decrypt, tool.passphrase, { in: input })
    // -i: read to the end of the input, not of the archive, so that the pipe is not closed on the tool.
    const unpack = start(['tar', '-xif', '-', '-C', folder])
    await all([unlock, unpack], [pipeline(unlock.child.stdout!, unpack.child.stdin!)])
  } finally {
    closeSync(input)
  }
}
