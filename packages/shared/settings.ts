import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'dotenv'
import { misuse } from './exit.ts'
import { keepSecret } from './redact.ts'

/** One setting: what it is for, what it must look like, and what holds without it. */
interface Setting {
  /** What a right value is called in the message about a wrong one. */
  is: string
  pattern: RegExp
  example: string
  /** Without a default a setting is either required or, with `found`, read from the server. */
  value?: string
  required?: true
  found?: true
  /** Never shown, not even in the message about a wrong one. */
  secret?: true
}

const NAME = /^[A-Za-z0-9][\w.-]{0,62}$/
const PATH = /^~?\/[\w@+=:,./ -]*$/
const PORT = /^(?!0)(\d{1,4}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])$/
const URL_PATH = /^\/[\w./%?&=~-]*$/
const NUMBER = /^\d{1,9}(\.\d+)?$/
const BRANCH = /^(?![-/.])(?!.*(\.\.|\/\/|@\{|\.lock$))[\w./-]{1,200}$/
const text = (example: string, value = ''): Setting => ({
  is: 'a line of plain text',
  pattern: /^[\p{L}\p{N} .,:!?()/_@%+=-]*$/u,
  example,
  value,
})
const number = (value: string, is: string): Setting => ({ is, pattern: NUMBER, example: value, value })
const name = (example: string): Setting => ({ is: 'a plain name', pattern: NAME, example, found: true })

/** Every setting there is; .env.example shows them grouped by the plan's sections. */
export const SETTINGS = {
  SERVER_HOST: {
    is: 'a host name or address',
    pattern: /^[A-Za-z0-9][\w.:-]{0,252}$/,
    example: '203.0.113.10 (or: here, on the server itself)',
    required: true,
  },
  SERVER_PORT: { is: 'a port number', pattern: PORT, example: '22', value: '22' },
  SERVER_USER: { is: 'a user name', pattern: /^[a-z_][a-z0-9_-]{0,31}$/, example: 'ubuntu', value: 'ubuntu' },
  SSH_KEY: {
    is: 'the path of a private key',
    pattern: PATH,
    example: '~/Downloads/1001project.pem',
    value: '',
  },
  SSH_KNOWN_HOSTS: {
    is: 'a path',
    pattern: PATH,
    example: '~/.ssh/known_hosts',
    value: '~/.ssh/known_hosts',
  },
  PROJECT_DIR: {
    is: 'an absolute path on the server',
    pattern: /^\/[\w@%+=:,./-]+$/,
    example: '/home/ubuntu/1001project',
    value: '/home/ubuntu/1001project',
  },
  BACKUP_ROOT: {
    is: 'an absolute path on the server',
    pattern: /^\/[\w@%+=:,./-]+$/,
    example: '/home/ubuntu/backups',
    value: '/home/ubuntu/backups',
  },
  BACKUP_DIR: {
    is: 'an absolute path on the server',
    pattern: /^\/[\w@%+=:,./-]+$/,
    example: '/home/ubuntu/backups/20250905_043000',
    value: '',
  },
  CURRENT_BRANCH: {
    is: 'a branch name',
    pattern: BRANCH,
    example: 'feature/role-system-v2',
    value: 'feature/role-system-v2',
  },
  TARGET_BRANCH: { is: 'a branch name', pattern: BRANCH, example: 'v3-ui-overhaul', value: 'v3-ui-overhaul' },

  COMPOSE: {
    is: 'docker-compose or docker compose',
    pattern: /^docker[- ]compose$/,
    example: 'docker-compose',
    found: true,
  },
  APP_SERVICE: name('app'),
  APP_PORT: { is: 'a port number', pattern: PORT, example: '3000', value: '3000' },
  DATABASE_CONTAINER: name('1001-stories-db'),
  DATABASE_NAME: name('stories_db'),
  DATABASE_USER: name('postgres'),
  NGINX_KIND: { is: 'host or container', pattern: /^(host|container)$/, example: 'host', found: true },
  NGINX_CONF: {
    is: 'an absolute path on the server',
    pattern: /^\/[\w@%+=:,./-]+$/,
    example: '/etc/nginx/sites-available/default',
    found: true,
  },

  UPLOAD_DIRS: {
    is: 'paths inside the project folder, with commas',
    pattern: /^(?!.*\.\.)[\w.@][\w@%+=:./-]*(,[\w.@][\w@%+=:./-]*)*$/,
    example: 'public/books,public/books-upload,uploads',
    value: 'public/books,public/books-upload,uploads',
  },
  KEEP_LAST: number('5', 'a number of backups'),
  KEEP_DAILY: number('7', 'a number of days'),
  KEEP_WEEKLY: number('4', 'a number of weeks'),
  FETCH_DIR: {
    is: 'a path',
    pattern: PATH,
    example: '~/1001-stories-backups',
    value: '~/1001-stories-backups',
  },
  BACKUP_PASSPHRASE: {
    is: 'a passphrase of one line',
    pattern: /^[^\0\r\n]*$/,
    example: 'six words of your own',
    value: '',
    secret: true,
  },
  AGE_RECIPIENT: {
    is: 'a recipient of age',
    pattern: /^(age1[a-z0-9]{20,}|ssh-(ed25519|rsa) [\w+/=]+( [\w@.+-]+)?)$/,
    example: 'age1kpp0d2eywhppnw9kkul7p6j9uvx8jqq8t3r9fw5g2j5wpvhhhpcqllut27',
    value: '',
  },
  AGE_IDENTITY: { is: 'a path', pattern: PATH, example: '~/age-key.txt', value: '' },
  LIGHTSAIL_INSTANCE: { is: 'the name of an instance', pattern: NAME, example: '1001-stories', value: '' },
  NICE: { is: 'a niceness from 0 to 19', pattern: /^(1?\d)$/, example: '10', value: '10' },
  MAX_BACKUP_AGE: number('60', 'minutes'),

  REQUIRED_KEYS: {
    is: 'names of keys, with commas',
    pattern: /^[A-Z][A-Z0-9_]*(,[A-Z][A-Z0-9_]*)*$/,
    example: 'DATABASE_URL,NEXTAUTH_URL',
    value:
      'DATABASE_URL,NEXTAUTH_URL,NEXTAUTH_SECRET,EMAIL_SERVER_HOST,EMAIL_SERVER_PORT,EMAIL_SERVER_USER,EMAIL_SERVER_PASSWORD,EMAIL_FROM,NODE_ENV,NEXT_PUBLIC_API_URL',
  },
  LOCAL_CHANGES: {
    is: 'refuse, set-aside or reapply',
    pattern: /^(refuse|set-aside|reapply)$/,
    example: 'reapply',
    value: 'refuse',
  },

  PUBLIC_URL: {
    is: 'an http(s) address',
    pattern: /^https?:\/\/[A-Za-z0-9][\w.-]*(:\d{1,5})?\/?$/,
    example: 'https://1001stories.seedsofempowerment.org',
    required: true,
  },
  PUBLIC_ADDRESS: {
    is: 'host:port',
    pattern: /^[\w.:[\]-]+:\d{1,5}$/,
    example: '203.0.113.10:443',
    value: '',
  },
  PUBLIC_CA: { is: 'a path', pattern: PATH, example: '~/stories-ca.pem', value: '' },
  HEALTH_PATH: { is: 'a path of the site', pattern: URL_PATH, example: '/api/health', value: '/api/health' },
  DATABASE_HEALTH_PATH: {
    is: 'a path of the site',
    pattern: URL_PATH,
    example: '/api/health/database',
    value: '/api/health',
  },
  LOGIN_EMAIL: {
    is: 'an e-mail address',
    pattern: /^[\w.+-]+@[\w-]+(\.[\w-]+)+$/,
    example: 'operator@example.org',
    value: '',
  },
  MAILBOX_URL: {
    is: 'an http(s) address',
    pattern: /^https?:\/\/[\w.-]+(:\d{1,5})?\/?$/,
    example: 'http://127.0.0.1:8025',
    value: '',
  },
  DASHBOARD_PATH: { is: 'a path of the site', pattern: URL_PATH, example: '/dashboard', value: '/dashboard' },
  STORIES_PATH: { is: 'a path of the site', pattern: URL_PATH, example: '/stories', value: '/stories' },
  SAMPLE_FILE: {
    is: 'a path of the site',
    pattern: URL_PATH,
    example: '/books/sample.pdf',
    value: '/books/sample.pdf',
  },
  ESL_PATH: { is: 'a path of the site', pattern: URL_PATH, example: '/esl', value: '/esl' },
  PROBE_POST_PATH: { is: 'a path of the site', pattern: URL_PATH, example: '/api/echo', value: '' },
  PROBE_SLOW_PATH: { is: 'a path of the site', pattern: URL_PATH, example: '/books/sample.pdf', value: '' },
  THEME_TEXT: text('Seeds of Empowerment', 'Seeds of Empowerment'),
  READY_LINE: text('Ready on', 'Ready on'),
  READY_SECONDS: number('120', 'seconds'),
  DRAIN_SECONDS: number('60', 'seconds'),
  BUILD_MINUTES: number('30', 'minutes'),
  MIGRATION_MINUTES: number('10', 'minutes'),
  LOCK_SECONDS: number('30', 'seconds'),

  MAX_RESPONSE_MS: number('500', 'milliseconds'),
  MAX_ERROR_PERCENT: number('0.1', 'percent'),
  MAX_CONNECTIONS: number('50', 'connections'),
  MAX_MEMORY_PERCENT: number('80', 'percent'),
  MAX_DISK_PERCENT: number('85', 'percent'),
  QUIET_MINUTES: number('30', 'minutes'),
} satisfies Record<string, Setting>

export type SettingName = keyof typeof SETTINGS
export type Settings = Record<SettingName, string>

/** The root of the repository, or of the bundle that was copied to a server: the folder that holds `packages`. */
export const ROOT = fileURLToPath(import.meta.url).replace(/\/packages\/(?!.*\/packages\/).*$/, '')

/** `~/x` as an absolute path of this machine. */
export const expand = (path: string) => (path.startsWith('~/') ? join(homedir(), path.slice(2)) : path)

/**
 * Says what is wrong with a value, in one line that names the setting and shows a right one; undefined when nothing is.
 */
export function fault(key: SettingName, value: string): string | undefined {
  const setting: Setting = SETTINGS[key]
  if (value === '' || setting.pattern.test(value)) return undefined
  // A password in an address is not repeated.
  const open = value.replace(/\/\/[^/\s]*@/, '//••••@')
  const shown = setting.secret
    ? 'its value'
    : JSON.stringify(open.length > 60 ? `${open.slice(0, 60)}…` : open)
  return `${key}: ${shown} is not ${setting.is}, for example ${key}=${setting.example}`
}

/**
 * Reads the settings: the process's environment over the env file over the defaults.
 * @param file the env file, by default `.env` at the root of the repository, wherever the script is called from
 * @throws Stop (exit 2) with one line for the first setting that is missing or nonsense
 */
export function loadSettings(file?: string, environment: NodeJS.ProcessEnv = process.env): Settings {
  const chosen = file ?? environment['STORIES_ENV_FILE']
  const path = chosen ? (isAbsolute(expand(chosen)) ? expand(chosen) : resolve(chosen)) : join(ROOT, '.env')
  if (chosen && !existsSync(path)) misuse(`--settings: there is no file ${path}, for example --settings .env`)
  const fromFile = existsSync(path) ? parse(readFileSync(path)) : {}
  const settings = {} as Settings
  for (const [key, setting] of Object.entries<Setting>(SETTINGS) as [SettingName, Setting][]) {
    const value = (environment[key] ?? fromFile[key] ?? '').trim()
    if (value === '' && setting.required) {
      const where = existsSync(path) ? `in ${path}` : `(there is no ${path}: copy .env.example)`
      misuse(`${key} is not set ${where}, for example ${key}=${setting.example}`)
    }
    if (setting.secret) keepSecret(value)
    const wrong = fault(key, value)
    if (wrong) misuse(wrong)
    settings[key] = value === '' ? (setting.value ?? '') : value
  }
  return settings
}
