import { keepSecret, type Seen } from '@stories/shared'
import { test } from 'uvu'
import { is, match, not, ok } from 'uvu/assert'
import type { Entry } from '../run/standing.ts'
import type { ReportData } from './data.ts'
import { reportHtml } from './page.ts'

const noon = Date.parse('2025-09-05T12:00:00Z')
const entry = (second: number, script: string, step: string, state = 'done', ms = 900): Entry => ({
  at: new Date(noon + second * 1000).toISOString(),
  who: 'ann@laptop',
  boot: 'b',
  script,
  step,
  state,
  ms,
})
const visit = (second: number, sight: Seen['sight']): Seen => ({
  kind: 'get',
  at: noon + second * 1000,
  sight,
  status: 200,
  ms: 12,
})

const base: ReportData = {
  release: '20250905_115900',
  site: 'https://stories.example.org',
  server: '203.0.113.10',
  branch: 'v3-ui-overhaul',
  target: '7e010ba65ad3ce9b91f8fa1254ebbb8c97a52434',
  prisma: '6.19.3',
  manifest: {
    release: '20250905_115900',
    taken: '2025-09-05T11:59:00Z',
    by: 'ann@laptop',
    server: { project: '/p', compose: 'docker-compose', nginx: 'host', nginxConf: '/etc/nginx/x' },
    database: {
      service: 'db',
      name: 'stories_db',
      user: 'postgres',
      oid: '1',
      bytes: 62_000_000,
      version: 'PostgreSQL 15.18 (Debian)',
      image: 'postgres:15',
      imageId: 'i',
      volume: 'v',
    },
    code: { commit: '2a26aa55590deab71bfbcbf90f2b8994521a7a01', branch: 'feature/role-system-v2', dirty: [] },
    app: { service: 'app', image: 'app', imageId: 'j', keptAs: 'stories:before' },
    environment: ['DATABASE_URL'],
    uploads: [{ path: 'public/books', folder: 'books', files: 24, bytes: 11_000_000 }],
    missingUploads: [],
    files: { 'database_backup.sql': { sha256: 'x', bytes: 95_000_000 } },
    tools: { docker: '20.10.24', compose: '1.29.2' },
  },
  journal: [
    entry(1, 'backup', '2. Backup database'),
    entry(3, 'phase1', '3. Configure nginx to show maintenance page'),
    entry(6, 'phase4', '5. Verify critical tables'),
    entry(7, 'phase4', '6. Run Prisma migrate deploy'),
    entry(9, 'phase6', '4. Remove maintenance mode'),
    entry(10, 'phase6', '6. The deployment is finished'),
  ],
  visitors: [visit(1, 'ok'), visit(3, 'page'), visit(9, 'ok'), visit(10, 'ok')],
  proof: {
    commit: '7e01',
    recipe: 'deploy',
    sql: '',
    schema: '',

    result: '',
    migrations: ['20250901_shop'],
    losses: [{ what: 'table', name: 'public.Order', rows: 6000 }],
    additive: false,
    predicted: { copy: 300, migrate: 2000, rest: 2000, ms: 4300 },
    history: '',
    images: '',
    room: 0,
    ms: 4500,
    proved: '',
  },
  sql: 'DROP TABLE "Order";\n',
  verified: { tables: 12, rows: 48_707, verified: '2025-09-05T11:59:30Z' },
  unfinished: false,
  original: false,
  made: '2025-09-05T12:01:00Z',
  by: 'ann@laptop',
}
const page = (more: Partial<ReportData> = {}) => reportHtml({ ...base, ...more })
const text = (html: string) =>
  html
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')

test('the outcome, the window, what went and what it ran on', () => {
  const words = text(page())
  match(words, 'v3-ui-overhaul at 7e010ba65a was deployed to https://stories.example.org.')
  match(words, 'Visitors saw the maintenance page for 6.0 s and always got an answer.')
  match(words, '6,000 rows of removed tables stay in stories_db_before_20250905_115900')
  match(words, 'Phase 4: Database Migration')
  match(words, 'DROP TABLE 1')
  match(words, 'PostgreSQL 15.18 Prisma 6.19.3 Docker 20.10.24')
  match(words, '12 tables, 48,707 rows')
})

test('a failure that was rolled back says where it failed and how long the way back took', () => {
  const journal = [
    ...base.journal.slice(0, 4),
    { ...entry(8, 'phase5', '4. Wait for "Ready"', 'failed'), why: 'no ready line.' },
    entry(12, 'immediate', '1. Stop failed deployment'),
    entry(20, 'immediate', '6. Verify rollback'),
  ]
  const words = text(page({ journal, original: true }))
  match(
    words,
    'was rolled back from https://stories.example.org in 8.9 s, after it had failed in Phase 5: Build and Deploy',
  )
  match(words, '4. Wait for &quot;Ready&quot; : no ready line.')
  match(
    words,
    'the original database is live; what the new one took stays in stories_db_after_20250905_115900',
  )
})

test('rows are not called safe when nobody counted them', () => {
  match(
    text(page({ journal: base.journal.filter(({ script }) => script !== 'phase4') })),
    'Rows lost not known',
  )
  const journal = [entry(2, 'phase1', '1. Stand'), entry(9, 'immediate', '6. Verify rollback')]
  match(text(page({ journal, original: false })), 'Rows lost not known')
})

test('an error that a visitor met, a failed check and an unwatched rollback are pointed out', () => {
  const words = text(
    page({
      visitors: [visit(1, 'ok'), visit(2, 'error'), visit(4, 'ok')],
      journal: [
        ...base.journal,
        {
          ...entry(11, 'deploy', 'Functional Tests'),
          checks: [{ title: 'Theme', ok: false, says: 'not there' }],
        },
        entry(9000, 'immediate', '6. Verify rollback'),
      ],
    }),
  )
  match(words, '1 visit met an error or no answer, for 2.0 s in all.')
  match(words, 'Functional Tests: Theme: not there')
  match(words, 'Nobody watched the site from outside at 14:29:59 UTC')
})

test('a download that broke off is no time without an answer, and is told', () => {
  const words = text(
    page({ visitors: [{ ...visit(0, 'nothing'), kind: 'slow', ms: 3000 }, ...base.visitors] }),
  )
  match(words, 'and always got an answer; 1 download broke off.')
  match(words, '1 slow download broke off.')
})

test('a release that got no further than its backup has a report too', () => {
  const words = text(
    page({
      target: '',
      prisma: '',
      journal: [],
      visitors: [],
      proof: undefined,
      sql: '',
      verified: undefined,
    }),
  )
  match(words, 'v3-ui-overhaul is prepared for')
  match(words, 'No migration was tested on a copy.')
  match(words, 'The backup was not verified.')
})

test('hostile text anywhere stays text', () => {
  const bad = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&`
  const hostile = JSON.parse(JSON.stringify(base), (key, value) =>
    typeof value !== 'string' ||
    ['at', 'state', 'script', 'sight', 'kind', 'recipe', 'made', 'verified'].includes(key)
      ? value
      : `${value}${bad}`,
  ) as ReportData
  hostile.manifest.tools['compose'] = bad
  hostile.manifest.database.name = '<img>' // Postgres allows no long name
  hostile.manifest.code.dirty = [bad]
  hostile.manifest.missingUploads = [bad]
  hostile.journal.push({
    ...entry(11, bad, bad, 'failed'),
    why: bad,
    checks: [{ title: bad, ok: false, says: bad }],
  })
  const html = page({ ...hostile, release: '20250905_115900' })
  not.match(html, '<script')
  not.match(html, '<img')
  not.match(html.replace(/"[^"]*"/g, '""'), /<[^>]*\son\w+=/)
  match(html, '&lt;script&gt;')
})

test('a secret that found its way into a reason or the SQL is masked', () => {
  keepSecret(`hunter2&<"secret'>`)
  const html = page({
    sql: `ALTER ROLE app PASSWORD 'hunter2&<"secret''>'; -- hunter2&<"secret'>`,
    journal: [
      ...base.journal,
      { ...entry(11, 'phase5', '2. Start', 'failed'), why: `url with hunter2&<"secret'>` },
    ],
  })
  not.match(html, 'hunter2')
  match(html, 'url with ••••')
})

test('the page needs nothing but itself, and forbids itself the rest', () => {
  const html = page()
  not.match(html, /<(?:script|link|img|iframe)\b|@import|url\(|\ssrc=/)
  match(html, `content="default-src 'none'; style-src 'unsafe-inline'"`)
  match(html, 'prefers-color-scheme: dark')
  match(html, '@media print')
  ok(html.startsWith('<!doctype html>'))
})

test('thousands of visits stay a small page', () => {
  const visitors = Array.from({ length: 20_000 }, (_, index) => ({
    ...visit(0, index % 7 === 0 ? 'error' : 'ok'),
    at: noon + index * 200,
  }))
  ok(page({ visitors }).length < 150_000)
})

test('tags are closed in the order in which they were opened', () => {
  const open: string[] = []
  for (const [, close, name] of page().matchAll(/<(\/?)([a-z][a-z0-9]*)\b[^>]*>/g)) {
    if (['meta', 'br'].includes(name!)) continue
    if (close) is(open.pop(), name)
    else open.push(name!)
  }
  is(open.length, 0)
})

test.run()
