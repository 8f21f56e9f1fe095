import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parse } from 'dotenv'
import { test } from 'uvu'
import { equal, is, match, not, ok } from 'uvu/assert'
import { EXIT, Stop } from './exit.ts'
import { redact } from './redact.ts'
import { expand, fault, loadSettings, ROOT, SETTINGS, type SettingName } from './settings.ts'

const folder = mkdtempSync(join(tmpdir(), 'stories-settings-'))
test.after(() => rmSync(folder, { recursive: true }))

const NAMES = Object.keys(SETTINGS) as SettingName[]
const setting = (name: SettingName) =>
  SETTINGS[name] as { example: string; value?: string; required?: true; found?: true }
const SECRETS = NAMES.filter((name) => 'secret' in SETTINGS[name])
const REQUIRED = 'SERVER_HOST=203.0.113.10\nPUBLIC_URL=https://stories.example.org\n'

function envFile(text: string): string {
  const file = join(folder, 'settings.env')
  writeFileSync(file, text)
  return file
}

/** The one line with which settings are refused. */
function refusal(file: string, environment: NodeJS.ProcessEnv = {}): string {
  try {
    loadSettings(file, environment)
  } catch (error) {
    ok(error instanceof Stop, String(error))
    is(error.code, EXIT.usage)
    is(error.message.split('\n').length, 1, error.message)
    return error.message
  }
  throw new Error('the settings were accepted')
}

test('a hostile value is refused in every setting, in one line with its name and a right one', () => {
  for (const name of NAMES.filter((name) => !SECRETS.includes(name)))
    for (const value of ["x'; rm -rf /", '/x`id`', '/x\nrm -rf /', '$(id)', '/x;id', '-oProxyCommand=id'])
      if (!(value.startsWith('-') && /_TEXT$|_LINE$/.test(name))) {
        const line = refusal(envFile(REQUIRED), { [name]: value })
        match(line, new RegExp(`^${name}: `))
        ok(line.includes(`for example ${name}=${setting(name).example}`), line)
      }
})

test('a secret may hold any sign, since no command line ever does; but one line, which no message shows', () => {
  for (const name of SECRETS) {
    is(fault(name, "it's; $(a) `secret` #1"), undefined)
    const line = refusal(envFile(REQUIRED), { [name]: 'a secret\nof two lines' })
    match(line, new RegExp(`^${name}: its value is not `))
    not.match(line, 'of two')
    is(redact('of two lines'), '••••')
  }
})

test('every default and every example is a value that the setting itself accepts', () => {
  for (const name of NAMES) {
    const { value = '', example } = setting(name)
    is(fault(name, value), undefined)
    is(fault(name, example.replace(/ \(or: .*\)$/, '')), undefined)
  }
})

test('a setting has a default, is read from the server, or is required', () => {
  for (const name of NAMES) {
    const { value, required, found } = setting(name)
    is([value !== undefined, required, found].filter(Boolean).length, 1, name)
  }
})

test('the environment of the process wins over the file, and the file over the default', () => {
  const file = envFile(`${REQUIRED}APP_PORT=4000\nSERVER_USER=deploy\n`)
  const settings = loadSettings(file, { APP_PORT: '5000' })
  is(settings.APP_PORT, '5000')
  is(settings.SERVER_USER, 'deploy')
  is(settings.SERVER_PORT, '22')
})

test('an empty value means the default', () => {
  is(loadSettings(envFile(`${REQUIRED}APP_PORT=\n`), {}).APP_PORT, '3000')
})

test('what is read from the server is empty until then', () => {
  is(loadSettings(envFile(REQUIRED), {}).DATABASE_NAME, '')
})

test('a required setting that is missing is named, with the file where it belongs', () => {
  const file = envFile('PUBLIC_URL=https://stories.example.org\n')
  const line = refusal(file)
  match(line, /^SERVER_HOST is not set in /)
  ok(line.includes(file))
  match(line, 'for example SERVER_HOST=')
})

test('an env file that is not there is named', () => {
  match(refusal(join(folder, 'nowhere.env')), 'nowhere.env')
})

test('the env file can be named by the environment, as a parent script does', () => {
  const file = envFile(`${REQUIRED}SERVER_USER=deploy\n`)
  is(loadSettings(undefined, { STORIES_ENV_FILE: file }).SERVER_USER, 'deploy')
})

test('quotes, comments and a DOS line end in the env file are not part of the value', () => {
  const file = envFile(
    `# the server\r\n${REQUIRED}THEME_TEXT="Seeds of Empowerment" # new\r\nSERVER_USER='deploy'\r\n`,
  )
  const settings = loadSettings(file, {})
  is(settings.THEME_TEXT, 'Seeds of Empowerment')
  is(settings.SERVER_USER, 'deploy')
})

test('a long value is shown in part, and a password in an address not at all', () => {
  ok((fault('SERVER_HOST', `${'x'.repeat(300)} `) ?? '').length < 200)
  const line = fault('PUBLIC_URL', 'https://ann:letmein@example.org') ?? ''
  match(line, 'PUBLIC_URL')
  not.match(line, 'letmein')
})

test('ports are ports', () => {
  for (const port of ['1', '22', '3000', '65535']) is(fault('SERVER_PORT', port), undefined)
  for (const port of ['0', '022', '65536', '99999', '-1', '22a']) ok(fault('SERVER_PORT', port), port)
})

test('upload folders stay inside the project', () => {
  is(fault('UPLOAD_DIRS', 'public/books,uploads'), undefined)
  for (const value of ['/etc', 'public/../../etc', 'uploads,/etc', '-rf', 'a,,b', 'a b'])
    ok(fault('UPLOAD_DIRS', value), value)
})

test('a branch name cannot be an option or a range', () => {
  for (const branch of ['main', 'feature/role-system-v2']) is(fault('TARGET_BRANCH', branch), undefined)
  for (const branch of ['-f', '--upload-pack=x', 'a..b', 'a@{1}', 'a.lock', '/a', 'a//b', 'a b'])
    ok(fault('TARGET_BRANCH', branch), branch)
})

test('~ is the home folder of this machine', () => {
  is(expand('~/x'), join(homedir(), 'x'))
  is(expand('/~/x'), '/~/x')
})

test('the root is the folder that holds the packages', () => {
  equal(JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')).workspaces, ['packages/*'])
})

const sample = readFileSync(join(ROOT, '.env.example'), 'utf8')
const lines = [...sample.matchAll(/^(# )?([A-Z][A-Z_]+)=(.*)$/gm)]

test('.env.example shows every setting once, and nothing else', () => {
  equal(lines.map(([, , name]) => name).sort(), [...NAMES].sort())
})

test('.env.example shows the default of each; what has none stands in a comment with an example', () => {
  for (const [, comment, name, value] of lines) {
    const known = setting(name as SettingName)
    if (known.value) {
      is(comment, undefined, `${name} has a default`)
      is(parse(`${name}=${value}`)[name!], known.value)
    } else {
      is(fault(name as SettingName, parse(`${name}=${value}`)[name!] ?? ''), undefined)
      ok(known.required || comment, `${name} has no default: it stands in a comment`)
    }
  }
})

test('a copy of .env.example is accepted once the required settings are filled in', () => {
  const file = envFile(sample)
  match(refusal(file), /^SERVER_HOST is not set/)
  ok(loadSettings(file, { SERVER_HOST: 'here', PUBLIC_URL: 'https://stories.example.org' }))
})

test.run()
