import { type Check, SECRET_KEY } from '@stories/shared'

/** The section of a service in `docker-compose config`'s normalized YAML. */
const section = (config: string, service: string) =>
  new RegExp(`^ {2}${service}:\\n((?: {4}.*\\n?|\\n)*)`, 'm').exec(
    config.slice(Math.max(config.search(/^services:/m), 0)),
  )?.[1] ?? ''

/** The environment that compose gives a service: its env files with the compose file's own entries over them (E11). */
export function effectiveEnvironment(config: string, service: string): Record<string, string> {
  const block = /^ {4}environment:\n((?: {6}.*\n?)*)/m.exec(section(config, service))?.[1] ?? ''
  const entries: [string, string][] = []
  for (const [, key, value = ''] of block.matchAll(/^ {6}([A-Za-z_]\w*): ?(.*)$/gm)) {
    const bare = value.trim()
    const unquoted = /^'.*'$/.test(bare)
      ? bare.slice(1, -1).replaceAll("''", "'")
      : /^".*"$/.test(bare)
        ? (JSON.parse(bare) as string)
        : bare
    entries.push([key!, unquoted.replaceAll('$$', '$')])
  }
  return Object.fromEntries(entries)
}

// What an example file says in place of a value.
const PLACEHOLDER =
  /^(your[-_ ]|change[-_ ]?me|example|xxx|todo|<)|your_password|your-production-secret|your-app-password|your-email@/i

interface Expected {
  keys: string[]
  publicUrl: string
  /** Names under which the database's container is reached: service, container name. */
  databaseHosts: string[]
  databaseName: string
}

/** What the plan's environment section asks of the environment that the app will really have. Values are never shown. */
export function checkEnvironment(
  env: Record<string, string>,
  fileKeys: string[],
  expected: Expected,
): Check[] {
  const shape: Record<string, (value: string) => string | undefined> = {
    DATABASE_URL: (value) => {
      const parts = /^postgres(?:ql)?:\/\/[^:@/]+(?::[^@/]*)?@([^:/?]+)(?::\d+)?\/([^?]+)/.exec(value)
      if (!parts) return 'is not postgresql://user:password@host:port/database'
      if (!expected.databaseHosts.includes(parts[1]!))
        return `names the host ${parts[1]}, the database is ${expected.databaseHosts.join(' or ')}`
      return parts[2] === expected.databaseName
        ? undefined
        : `names the database ${parts[2]}, the site uses ${expected.databaseName}`
    },
    NEXTAUTH_URL: (value) =>
      value.replace(/\/$/, '') === expected.publicUrl.replace(/\/$/, '')
        ? undefined
        : `is not ${expected.publicUrl}`,
    NEXTAUTH_SECRET: (value) => (value.length >= 16 ? undefined : 'is shorter than 16 characters'),
    EMAIL_SERVER_PORT: (value) => (/^\d{1,5}$/.test(value) ? undefined : 'is not a port number'),
    EMAIL_FROM: (value) => (value.includes('@') ? undefined : 'holds no address'),
    NODE_ENV: (value) => (value === 'production' ? undefined : 'is not production'),
    NEXT_PUBLIC_API_URL: (value) => (/^https?:\/\//.test(value) ? undefined : 'is not an http(s) address'),
  }
  return expected.keys.map((title) => {
    const value = env[title]
    if (value === undefined) return { title, ok: false, says: `is not set: add ${title} to .env` }
    if (value === '') return { title, ok: false, says: 'is empty' }
    if (PLACEHOLDER.test(value)) return { title, ok: false, says: 'still holds an example, not a value' }
    const wrong = shape[title]?.(value)
    const from = fileKeys.includes(title) ? '.env' : 'the compose file'
    return {
      title,
      ok: !wrong,
      says: wrong ?? `set in ${from}${SECRET_KEY.test(title) ? ', not shown' : ''}`,
    }
  })
}
