import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test } from 'uvu'
import { equal, is, match, ok, throws, unreachable } from 'uvu/assert'
import { decryptInto, encryptFolder, encryption, opensTo } from './encryption.ts'
import type { Settings } from './settings.ts'

const settings = { AGE_RECIPIENT: '', AGE_IDENTITY: '', BACKUP_PASSPHRASE: '' } as Settings
const secret = 'sentinel: p@ss "word" $HOME'

test('without a passphrase and without a recipient nothing is encrypted', () => {
  is(encryption(settings), undefined)
})

test('both a passphrase and a recipient are one too many', () => {
  throws(() => encryption({ ...settings, AGE_RECIPIENT: 'age1x', BACKUP_PASSPHRASE: 'x' }), /choose one/)
})

test('the passphrase is never among the words that ps shows', () => {
  const tool = encryption({ ...settings, BACKUP_PASSPHRASE: secret })!
  is([...tool.encrypt, ...tool.decrypt!].join(' ').includes('sentinel'), false)
})

const has = (program: string) => {
  try {
    execFileSync(program, ['--version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const tools = suite<{ folder: string }>('with the tools themselves')
tools.before.each((context) => {
  context.folder = mkdtempSync(join(tmpdir(), 'stories-encryption-'))
  mkdirSync(join(context.folder, 'copy'))
  writeFileSync(join(context.folder, 'copy/dump.sql'), 'SELECT 1;\n'.repeat(100_000))
})
tools.after.each(({ folder }) => rmSync(folder, { recursive: true, force: true }))

async function thereAndBack(folder: string, chosen: Settings): Promise<void> {
  const tool = encryption(chosen)!
  const file = join(folder, `copy${tool.ending}`)
  await encryptFolder(tool, folder, 'copy', file)
  is(statSync(file).mode & 0o777, 0o600)
  is(readFileSync(file).includes('SELECT'), false)
  is(await opensTo(tool, file, folder, 'copy'), true)
  writeFileSync(join(folder, 'copy/more.txt'), 'not in it')
  is(await opensTo(tool, file, folder, 'copy'), false)
  mkdirSync(join(folder, 'opened'))
  await decryptInto(tool, file, join(folder, 'opened'))
  equal(readFileSync(join(folder, 'opened/copy/dump.sql')), readFileSync(join(folder, 'copy/dump.sql')))
}

if (has('gpg')) {
  tools('gpg: what a passphrase locked opens with it, to the same bytes', ({ folder }) =>
    thereAndBack(folder, { ...settings, BACKUP_PASSPHRASE: secret }),
  )

  tools('gpg: another passphrase, or one flipped bit, opens nothing', async ({ folder }) => {
    const tool = encryption({ ...settings, BACKUP_PASSPHRASE: secret })!
    const file = join(folder, 'copy.tar.gpg')
    await encryptFolder(tool, folder, 'copy', file)
    const wrong = encryption({ ...settings, BACKUP_PASSPHRASE: 'another one' })!
    for (const spoil of [false, true]) {
      if (spoil) {
        const bytes = readFileSync(file)
        bytes[bytes.length >> 1]! ^= 1
        writeFileSync(file, bytes)
      }
      try {
        await decryptInto(spoil ? tool : wrong, file, folder)
        unreachable()
      } catch (error) {
        match((error as Error).message, /^gpg: /)
      }
    }
  })
}

if (has('age')) {
  tools('age: what was locked for a recipient opens with the identity', async ({ folder }) => {
    const identity = join(folder, 'key.txt')
    execFileSync('age-keygen', ['-o', identity], { stdio: 'ignore' })
    const recipient = execFileSync('age-keygen', ['-y', identity], { encoding: 'utf8' }).trim()
    await thereAndBack(folder, { ...settings, AGE_RECIPIENT: recipient, AGE_IDENTITY: identity })
    const without = encryption({ ...settings, AGE_RECIPIENT: recipient })!
    is(await opensTo(without, join(folder, 'copy.tar.age'), folder, 'copy'), undefined)
  })

  tools('age: its own words say what is wrong', async ({ folder }) => {
    const tool = encryption({ ...settings, AGE_RECIPIENT: 'age1nobody' })!
    try {
      await encryptFolder(tool, folder, 'copy', join(folder, 'x'))
      unreachable()
    } catch (error) {
      ok(/^age: .*recipient/.test((error as Error).message), (error as Error).message)
    }
  })
}

test.run()
tools.run()
