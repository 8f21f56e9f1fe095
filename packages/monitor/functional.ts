/**
 * Functional Tests
 *
 * Visits the site as a visitor does and signs in as LOGIN_EMAIL. Prints a table of what was seen.
 *   --only WORDS   only the tests whose titles have one of these words, for example --only homepage,theme
 *   --before       the old site: ESL and theme are not expected yet
 *   --bypass       past the maintenance page, with the token of the release (phase 6 does this)
 *
 * Before:      packages/deploy/phase6.ts
 * After:       tsx packages/monitor/database.ts
 * If it fails: tsx packages/rollback/immediate.ts, or a recipe of packages/rollback/troubleshooting
 *
 * Usage: tsx packages/monitor/functional.ts [--only WORDS] [--before] [--bypass] [--dry-run] [--json]
 */
import { checklist, chosen, type Look, open } from '@stories/shared'
import { dashboard, type SignedIn, signIn } from './login.ts'
import { esl, homepage, stories, theme } from './pages.ts'
import { uploads } from './uploads.ts'
import { bypassHeader, visitor } from './visitor.ts'

const { settings, flags, directory } = await open(import.meta.url, {
  // Only the bypass token needs the release directory: the tests also run where there is no backup yet.
  release: process.argv.includes('--bypass') ? 'pinned' : 'none',
  flags: { only: { type: 'string' }, before: { type: 'boolean' }, bypass: { type: 'boolean' } },
})
const headers = flags.more['bypass'] ? await bypassHeader(directory) : {}
const site = visitor(settings, headers)
const member = visitor(settings, headers)
let session: Promise<SignedIn> | undefined
const signedIn = () => {
  session ??= signIn(member, settings)
  return session
}

const tests: Record<string, Look> = {
  'Homepage loads correctly': () => homepage(site),
  'Login with email magic link works': async () => (await signedIn()).says,
  'User dashboard accessible': async () => dashboard(site, member, await signedIn(), settings.DASHBOARD_PATH),
  'Stories/books are viewable': () => stories(site, settings),
  'Uploaded PDFs are accessible': () => uploads(site, settings),
  'ESL features are working': () => esl(site, settings),
  'Seeds of Empowerment theme displays': () => theme(site, settings),
}
if (flags.more['before']) {
  delete tests['ESL features are working']
  delete tests['Seeds of Empowerment theme displays']
}

const list = checklist()
for (const [title, look] of chosen(tests, flags.more['only'] as string | undefined))
  await list.check(title, look)
list.conclude('tsx packages/rollback/immediate.ts, or look further: packages/rollback/troubleshooting')
