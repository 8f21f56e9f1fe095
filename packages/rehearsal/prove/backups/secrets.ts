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

/** The words of every process on this machine; those in a practice server's containers are among them. */
function everyProcess(): string {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return '' // it has ended meanwhile
      }
    })
    .join('\n')
}

/** Begins to watch for these secrets. */
export function watchFor(secrets: Record<string, string>): Watch {
  const forms = Object.entries(secrets).flatMap(([name, secret]) =>
    formsOf(secret).map((form) => ({ name, form })),
  )
  const seen = new Set<string>()
  const search = (text: string, place: string) => {
    for (const { name, form } of forms) if (text.includes(form)) seen.add(`${name} in ${place}`)
  }
  let heard = ''
  const timer = setInterval(() => search(everyProcess(), 'the list of processes'), 50)
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
