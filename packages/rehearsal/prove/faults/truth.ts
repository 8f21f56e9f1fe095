import { quote } from '@stories/shared'
import { visitSite } from '../../eyes.ts'
import { call } from '../../operator.ts'
import { inside, type Practice } from '../../practice.ts'

/** What is true of the server, in the words of status.ts. */
export interface Truth {
  code: string
  app: string
  database: string
  page: string
  unfinished: boolean
  fenced: string[]
  holder: string
}

/** What the eyes compare with: how the old and the new release are known. */
export interface Marks {
  directory: string
  oldCommit: string
  newCommit: string
  oldImage: string
  newImage: string
  /** The old database keeps its oid under whatever name. */
  oldDatabase: string
}

/** Looks with the tests' own eyes: as root in the server, and from outside as a visitor. */
export async function lookInside(practice: Practice, marks: Marks): Promise<Truth> {
  const seen = await inside(
    practice,
    `cd /home/ubuntu/1001project
    psql() { docker exec -i 1001-stories-db sh -c 'psql -XqAt -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres' <<< "$1"; }
    git -c safe.directory='*' rev-parse HEAD
    docker inspect --format '{{if .State.Running}}{{.Image}}{{else}}stopped{{end}}' 1001-stories-app
    psql "SELECT oid FROM pg_database WHERE datname = 'stories_db'"
    if [ -e ${quote(marks.directory)}/in-progress ]; then echo yes; else echo no; fi
    psql "SELECT coalesce(string_agg(datname, ' '), '') FROM pg_database WHERE NOT datallowconn AND datname <> 'template0'"
    if flock -n /home/ubuntu/backups/.lock true; then echo free; else echo held; fi`,
  )
  const [commit, app, database, unfinished, fenced = '', lock] = seen.split('\n')
  const home = await visitSite(practice, '/')
  const which = (value: string | undefined, old: string, now: string) =>
    value === old ? 'old' : value === now ? 'new' : value === 'stopped' ? 'stopped' : 'other'
  return {
    code: which(commit, marks.oldCommit, marks.newCommit),
    app: which(app, marks.oldImage, marks.newImage),
    database: database === marks.oldDatabase ? 'old' : 'new',
    page: home.status === 503 && home.headers['retry-after'] ? 'on' : 'off',
    unfinished: unfinished === 'yes',
    fenced: fenced.split(' ').filter(Boolean),
    holder: lock === 'held' ? 'somebody' : '',
  }
}

/** What status.ts says. */
export interface Told extends Truth {
  state: string
  next: string
}

async function ask(practice: Practice): Promise<Told> {
  const { code, stdout, stderr } = await call(practice, 'deploy/status', ['--json'], { timeout: 60_000 })
  if (code !== 0) throw new Error(`status.ts ended with ${code}: ${stderr.trim().slice(-300)}`)
  return JSON.parse(stdout) as Told
}

const keys = ['code', 'app', 'database', 'page', 'unfinished', 'fenced'] as const

/** In what the tale of status.ts is not what is seen. */
export const lies = (told: Truth, seen: Truth): string[] => [
  ...keys
    .filter((key) => JSON.stringify(told[key]) !== JSON.stringify(seen[key]))
    .map(
      (key) => `${key}: status.ts says ${JSON.stringify(told[key])}, seen is ${JSON.stringify(seen[key])}`,
    ),
  ...((told.holder !== '') === (seen.holder !== '')
    ? []
    : [`lock: status.ts says "${told.holder}", seen is "${seen.holder}"`]),
]

/**
 * Waits until nothing of the dead operator is at work any more and a server that was restarted is up again, then holds
 * what status.ts says against what is seen. The two look one after the other: a difference counts when it stays.
 * @returns what status.ts says, what was not so, and how often it was asked
 */
export async function hearTheTruth(
  practice: Practice,
  marks: Marks,
  seconds = 60,
): Promise<{ told: Told; wrong: string[]; asked: number }> {
  const deadline = Date.now() + seconds * 1000
  let wrong: string[] = []
  let told: Told | undefined
  for (let asked = 1; ; asked++) {
    try {
      await inside(
        practice,
        'cd /home/ubuntu/backups; flock -w 40 -x .lock true; touch .commands; flock -w 40 -x .commands true',
      )
      told = await ask(practice)
      wrong = lies(told, await lookInside(practice, marks))
      if (wrong.length === 0) return { told, wrong, asked }
    } catch (error) {
      wrong = [(error as Error).message]
    }
    if (Date.now() > deadline) {
      if (!told) throw new Error(wrong.join('; '))
      return { told, wrong, asked }
    }
    await new Promise((resolve) => setTimeout(resolve, 1000))
  }
}
