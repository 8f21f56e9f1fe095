import { readdirSync, readFileSync } from 'node:fs'
import { inside, type Practice } from '../../practice.ts'

/** Watches for secrets in whatever the scripts say and in every process's words while they run. */
export interface Watch {
  hear: (text: string) => void
  /** The secrets that were seen, by name and place; empty when none was. */
  end: () => string[]
}

/** A secret in the forms in which it may be printed: as it is, URL-encoded, in base64 wherever it stands in the whole. */
export function formsOf(secret: string): string[] {
  const shifted = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(secret)])
    return text.toString('base64').slice(Math.ceil((shift * 8) / 6), Math.floor((text.length * 8) / 6))
  })
  return [...new Set([secret, encodeURIComponent(secret), ...shifted])]
}

/** The secrets of the project on the server, by the names of their keys. */
export async function secretsOf(practice: Practice): Promise<Record<string, string>> {
  const lines = (await inside(practice, 'cat /home/ubuntu/1001project/.env')).split('\n')
  const pairs = lines.map(
    (line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)] as const,
  )
  return Object.fromEntries(pairs.filter(([key]) => /PASSWORD|SECRET/.test(key)))
}

/** A text of /proc about a process; empty when it has ended meanwhile. */
function look(pid: string, what: string): string {
  try {
    return readFileSync(`/proc/${pid}/${what}`, 'utf8')
  } catch {
    return ''
  }
}

/** Whether a process was started by this one, or runs in the practice servers whose names begin so. */
function isOurs(pid: string, servers: string): boolean {
  // Its own processes know their host's name; those of the containers inside it have cgroups of that name.
  if (look(pid, 'cgroup').includes(servers) || look(pid, 'root/etc/hostname').startsWith(servers)) return true
  for (
    let at = pid;
    Number(at) > 1;
    at = / \S (\d+)/.exec(look(at, 'stat').replace(/^.*\)/, ')'))?.[1] ?? '0'
  )
    if (Number(at) === process.pid) return true
  return false
}

/**
 * Begins to watch for these secrets: in what is heard, and in the words of our own processes on this machine and of
 * everything that runs in the practice servers, whose processes are this machine's too.
 * @param servers how the containers' names begin
 */
export function watchFor(secrets: Record<string, string>, servers: string): Watch {
  const forms = Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).map((form) => ({ name, form })),
  )
  const seen = new Set<string>()
  const search = (text: string, place: string) => {
    for (const { name, form } of forms) if (text.includes(form)) seen.add(`${name} in ${place}`)
  }
  const timer = setInterval(() => {
    for (const pid of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
      const words = look(pid, 'cmdline')
      if (forms.some(({ form }) => words.includes(form)) && isOurs(pid, servers))
        search(words, `the words of ${words.split('\0').slice(0, 4).join(' ').slice(0, 80)}`)
    }
  }, 100)
  let heard = ''
  return {
    hear: (text) => {
      heard += text
    },
    end: () => {
      clearInterval(timer)
      search(heard, 'what was said')
      return [...seen]
    },
  }
}
