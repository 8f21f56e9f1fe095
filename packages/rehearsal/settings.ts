/**
 * The settings of the practised project: the `.env` on the server, and the settings file for our own scripts.
 */
import type { Shape } from './state.ts'

export const site = '1001stories.test'
export const project = '/home/ubuntu/1001project'

// Made for practice alone, and as hostile as a real secret may be: what breaks a careless shell, sed or URL
// is in here. Quotes, $ and backslashes are left out: docker-compose 1.29 reads them in its own way. The live
// shape's compose file writes the database password into a URL as it is.
const databasePassword: Record<Shape, string> = {
  plan: 'Pl@n:/?&;|<x>*(y)=%2~+',
  live: 'l1ve-Pass_w0rd.~9*!',
}
const authSecret = 'rehearse;me&|<>*?(){}[]~^%+=@:,!#/-0123456789'

/** The project's `.env`, with the plan's variables. */
export function dotenv(shape: Shape): string {
  const password = databasePassword[shape]
  const values = {
    // Live (E11): stale; the compose file overrides it.
    DATABASE_URL: `postgresql://postgres:${encodeURIComponent(password)}@db:5432/stories_db`,
    POSTGRES_PASSWORD: password,
    NEXTAUTH_URL: `https://${site}`,
    NEXTAUTH_SECRET: authSecret,
    EMAIL_SERVER_HOST: 'mail',
    EMAIL_SERVER_PORT: '1025',
    EMAIL_SERVER_USER: `noreply@${site}`,
    EMAIL_SERVER_PASSWORD: 'app password; with spaces & <signs>',
    EMAIL_FROM: `noreply@${site}`,
    NODE_ENV: 'production',
    NEXT_PUBLIC_API_URL: `https://${site}`,
  }
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

export interface Reach {
  shape: Shape
  address: string
  dir: string
  sshKey: string
}

/** The settings file with which our scripts reach a practice server. */
export function scriptSettings({ shape, address, dir, sshKey }: Reach): string {
  const values = {
    SERVER_HOST: address,
    SERVER_PORT: '22',
    SERVER_USER: 'ubuntu',
    SSH_KEY: sshKey,
    SSH_KNOWN_HOSTS: `${dir}/known_hosts`,
    PROJECT_DIR: project,
    BACKUP_ROOT: '/home/ubuntu/backups',
    CURRENT_BRANCH: 'feature/role-system-v2',
    TARGET_BRANCH: 'v3-ui-overhaul',
    PUBLIC_URL: `https://${site}`,
    PUBLIC_ADDRESS: `${address}:443`,
    PUBLIC_CA: `${dir}/ca.pem`,
    LOGIN_EMAIL: `admin@${site}`,
    MAILBOX_URL: 'http://127.0.0.1:8025',
    DATABASE_HEALTH_PATH: '/api/health/database',
    UPLOAD_DIRS: shape === 'plan' ? 'public/books,public/books-upload' : 'public/books,uploads',
    SAMPLE_FILE: '/books/sample.pdf',
    PROBE_POST_PATH: '/api/echo',
    PROBE_SLOW_PATH: '/api/slow?seconds=1',
  }
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}
