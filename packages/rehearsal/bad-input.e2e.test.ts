// Wrong and hostile input: one clear line that names the setting and shows a right one, and nothing is touched.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, match, not, ok } from 'uvu/assert'
import { findScripts } from '../shared/scripts.ts'
import { ROOT, SETTINGS } from '../shared/settings.ts'
import { ends } from './eyes.ts'
import { server } from './lanes.ts'
import { call, type Outcome } from './operator.ts'
import { changes, inventory } from './untouched.ts'

const HOSTILE = "x'; touch /home/ubuntu/hacked; rm -rf / #"
const practice = await server('plan')
await ends(practice, 'backup/backup')
const before = await inventory(practice)
const scripts = findScripts(ROOT)

const backup = (environment: Record<string, string>, code: number) =>
  ends(practice, 'backup/backup', [], { environment, code })

/** One line, without a stack, that has these words. */
function clear({ stdout, stderr }: Pick<Outcome, 'stdout' | 'stderr'>, ...words: (string | RegExp)[]): void {
  is(stdout, '')
  for (const word of words) match(stderr, word)
  not.match(stderr, /^ +at /m)
}

/** Does the same with many things, a few at a time. */
async function eachOf<T>(things: T[], work: (thing: T) => Promise<void>): Promise<void> {
  const left = [...things]
  await Promise.all(
    Array.from({ length: 3 }, async () => {
      for (let thing = left.shift(); thing !== undefined; thing = left.shift()) await work(thing)
    }),
  )
}

test('a missing key', async () => {
  clear(
    await backup({ SSH_KEY: '/nowhere/key.pem' }, 2),
    /^SSH_KEY: .*\/nowhere\/key\.pem.*for example SSH_KEY=/,
  )
})

test('a host that does not answer', async () => {
  clear(await backup({ SERVER_PORT: '9' }, 3), `${practice.address} port 9 cannot be reached`, 'SERVER_PORT')
})

test('a changed host key', async () => {
  const pinned = join(practice.dir, 'another_host')
  const key = 'AAAAC3NzaC1lZDI1NTE5AAAAIK0wmN/Cr3JXqmLW7u+g9pTh+wyqDHpSQEIQczXkVx9q'
  writeFileSync(pinned, `${practice.address} ssh-ed25519 ${key}\n`)
  clear(
    await backup({ SSH_KNOWN_HOSTS: pinned }, 3),
    `The host key of ${practice.address} is not the one pinned`,
  )
})

test('a user whom the key does not open for', async () => {
  clear(await backup({ SERVER_USER: 'nobody' }, 3), 'does not take this key', 'SERVER_USER=ubuntu')
})

test('a folder that is not there, and one that is no project', async () => {
  clear(await backup({ PROJECT_DIR: '/home/ubuntu/elsewhere' }, 2), /^PROJECT_DIR: there is no folder/m)
  clear(await backup({ PROJECT_DIR: '/home/ubuntu' }, 2), /PROJECT_DIR/)
})

test('a backup directory that is not there', async () => {
  const outcome = await ends(practice, 'backup/verify', ['--backup-dir', '/home/ubuntu/backups/nothing'], {
    code: 3,
  })
  clear(outcome, 'There is no backup directory /home/ubuntu/backups/nothing')
})

// A passphrase may be anything: that it does no harm is tried where it is used.
test('a hostile value in every setting', async () => {
  const names = Object.keys(SETTINGS).filter((name) => name !== 'BACKUP_PASSPHRASE')
  await eachOf(names, async (name) => {
    const { stdout, stderr } = await backup({ [name]: HOSTILE }, 2)
    is(stdout, '')
    is(stderr.trim().split('\n').length, 1, `${name}: ${stderr}`)
    ok(stderr.startsWith(`${name}: `) && stderr.includes(`for example ${name}=`), stderr)
  })
})

test('a flag that no script has, at every script', async () => {
  await eachOf(scripts, async ({ file }) => {
    const outcome = await ends(practice, file.slice('packages/'.length, -'.ts'.length), ['--nonsense'], {
      code: 2,
    })
    clear(outcome, /^Unknown option '--nonsense'.*the flags are --help/)
  })
})

test('a hostile value in every flag', async () => {
  // Those that all scripts have are read in one place: a script of each package is tried, and one that needs no server.
  const folders = scripts.map(({ file }) => file.split('/')[1])
  const common = (file: string, index: number) =>
    folders.indexOf(file.split('/')[1]) === index || file.endsWith('emergency.ts')
  const flags = scripts.flatMap(({ file, source }, index) => {
    const own = [...source.matchAll(/['"]?([\w-]+)['"]?: \{ type: 'string'/g)].map(([, flag]) => flag!)
    const shared = common(file, index) ? ['from', 'backup-dir', 'settings'] : []
    return [...shared, ...own].map((flag) => [file.slice(9, -3), flag] as const)
  })
  await eachOf(flags, async ([script, flag]) => {
    const outcome = await call(practice, script, [`--${flag}`, HOSTILE])
    ok(
      outcome.code === 2 || outcome.code === 3,
      `${script} --${flag} ended with ${outcome.code}: ${outcome.stderr}`,
    )
    // A path may have any name: it is refused for what is not there.
    clear(outcome, ...(outcome.code === 2 ? [`--${flag}`] : []))
  })
})

test('nothing was touched', async () => {
  equal(changes(before, await inventory(practice)), [])
})

test.run()
