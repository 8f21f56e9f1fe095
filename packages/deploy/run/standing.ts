/** What the server says of itself, boiled down. */
export interface Facts {
  code: 'old' | 'new' | 'other' | 'unknown'
  app: 'old' | 'new' | 'other' | 'stopped'
  /** `both` was migrated where it stands: the old code runs on it as well as the new. */
  database: 'old' | 'new' | 'both' | 'unknown'
  page: 'on' | 'off'
  /** The status that a visitor gets; 0 for no answer. */
  site: number
  unfinished: boolean
  fenced: string[]
  holder: string
}

/** Which release a commit or an image is of. */
export const sideOf = (is: string, old: string | undefined, now: string) =>
  is === old ? 'old' : is === now ? 'new' : 'other'

/** One entry of a release's journal. */
export interface Entry {
  at: string
  who: string
  script: string
  step?: string
  state?: string
  ms?: number
  boot?: string
  why?: string
  /** What a script of checks printed, as deploy.ts heard it. */
  checks?: { title: string; ok: boolean; says: string }[]
}

/** Reads a journal; a last line that was cut off by a crash is left out. */
export function readJournal(text: string): Entry[] {
  return text.split('\n').flatMap((line) => {
    try {
      return line ? [JSON.parse(line) as Entry] : []
    } catch {
      return []
    }
  })
}

const BACK = 'tsx packages/rollback/immediate.ts'
const ON = 'tsx packages/deploy/deploy.ts --resume'

/** Where the deployment stands and what to do next, in one sentence each. */
export function verdict(facts: Facts): { state: string; next: string } {
  const { code, app, database, page, site, unfinished, holder } = facts
  if (holder) return { state: `Somebody is at work: ${holder}`, next: '' }
  const parts = [code, app, ...(database === 'both' ? [] : [database])]
  if (facts.fenced.length > 0)
    return {
      state: `A database is closed to sessions (${facts.fenced.join(', ')})`,
      next: `${ON}, or ${BACK}`,
    }
  if (unfinished)
    return {
      state: `A deployment stands unfinished: code ${code}, app ${app}, database ${database}, maintenance page ${page}`,
      next: `${ON}, or ${BACK}`,
    }
  if (page === 'on') return { state: 'The maintenance page is on and no deployment is under way', next: BACK }
  if (code === 'unknown') return { state: 'No deployment has begun', next: 'tsx packages/backup/backup.ts' }
  if (site !== 200)
    return {
      state: `Visitors get ${site || 'no answer'}`,
      next: app === 'stopped' ? BACK : 'tsx packages/rollback/troubleshooting/bad-gateway.ts',
    }
  if (parts.every((part) => part === 'old'))
    return {
      state: `All old: the release from before the deployment${database === 'both' ? ', on a database that serves both' : ''}`,
      next: '',
    }
  if (parts.every((part) => part === 'new')) return { state: 'All new: the deployment is complete', next: '' }
  return { state: `Mixed: code ${code}, app ${app}, database ${database}`, next: BACK }
}
