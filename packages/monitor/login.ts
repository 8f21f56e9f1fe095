import { duration, keepSecret, refuse, run, type Settings, until } from '@stories/shared'
import { within } from './html.ts'
import { magicLink, mailsFor, textOf } from './mail.ts'
import { faultOf, goodPage } from './pages.ts'
import type { Page, Visitor } from './visitor.ts'

const MAIL_SECONDS = 30
const SIGN_IN = '/api/auth/signin/email'

/** How far signing in came: `member` when the visitor holds a session now. */
export interface SignedIn {
  member: boolean
  says: string
}

/**
 * Login with email magic link: asks for a link as LOGIN_EMAIL, reads it in the mailbox, follows it.
 * Without a mailbox it ends with the accepted request and says so; a dry run sends nothing.
 * @throws Stop (exit 3) with the link of this chain that is broken
 */
export async function signIn(site: Visitor, settings: Settings): Promise<SignedIn> {
  const { LOGIN_EMAIL: email, MAILBOX_URL: mailbox } = settings
  if (!email || run.dryRun) {
    const door = await goodPage(site, settings.DASHBOARD_PATH)
    const why = email ? 'a dry run asks for no link' : 'LOGIN_EMAIL is not set'
    return { member: false, says: `${door.path} opens; not checked: the mail and its link (${why})` }
  }
  const known = new Set((mailbox ? await mailsFor(settings, email) : []).map(({ ID }) => ID))
  const wrong = rejection(await requestLink(site, email))
  if (wrong) refuse(wrong)
  if (!mailbox)
    return {
      member: false,
      says: 'a link is on its way; not checked: the mail and its link (MAILBOX_URL is not set)',
    }

  const since = Date.now()
  const id = await until(
    `the mail to ${email}`,
    MAIL_SECONDS,
    async () => (await mailsFor(settings, email)).find(({ ID }) => !known.has(ID))?.ID,
  )
  const took = duration(Date.now() - since)
  const link = magicLink(await textOf(settings, id))
  if (!link) refuse(`the mail to ${email} holds no magic link`)
  keepSecret(new URL(link).searchParams.get('token') ?? '')
  const path = within(link, site.origin)
  if (!path)
    refuse(`the magic link leads to ${new URL(link).origin}, not to ${site.origin}: see NEXTAUTH_URL`)
  const before = [...site.cookies].join()
  const page = await site(path)
  const fault = faultOf(page) ?? (leadsBack(page) ? `the link leads back to ${page.path}` : undefined)
  if (fault) refuse(`the magic link was not accepted: ${fault}`)
  if ([...site.cookies].join() === before) refuse('the magic link was accepted and gave no session')
  return { member: true, says: `the link came in ${took} and signs ${email} in` }
}

/** Asks for a link as the site's own form does; NextAuth wants its token against forgery with it. */
async function requestLink(site: Visitor, email: string): Promise<Page> {
  const token = await site('/api/auth/csrf')
  const csrfToken = /"csrfToken"\s*:\s*"([^"]+)"/.exec(token.status === 200 ? token.body : '')?.[1]
  const form = new URLSearchParams({ email, ...(csrfToken && { csrfToken, callbackUrl: '/' }) })
  return site(SIGN_IN, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: String(form),
  })
}

/** Why a request for a link was not taken; undefined when it was. */
export function rejection(page: Pick<Page, 'status' | 'path' | 'error'>): string | undefined {
  if (page.status === 0) return `asking for a link gives no answer: ${page.error}`
  if (page.status !== 200) return `asking for a link is answered with ${page.status}`
  const error = /[?&]error=(\w+)/.exec(page.path)?.[1]
  return error && `asking for a link ends with the error ${error}`
}

const leadsBack = ({ path }: Pick<Page, 'path'>) => /log-?in|sign-?in|[?&]error=/i.test(path)

/**
 * User dashboard accessible: it opens for a member and for nobody else.
 * Without a member only the closed door is seen, and that is said.
 */
export async function dashboard(
  stranger: Visitor,
  member: Visitor,
  inside: SignedIn,
  path: string,
): Promise<string> {
  const outside = await stranger(path)
  if (outside.status === 0 || outside.status >= 500)
    refuse(faultOf(outside) ?? `${path} answers ${outside.status}`)
  if (!inside.member)
    return `strangers get ${outside.status} at ${outside.path}; not checked: what a member sees`
  const page = await goodPage(member, path)
  if (leadsBack(page)) refuse(`${path} sends a member back to ${page.path}`)
  if (outside.path === page.path && outside.body === page.body)
    refuse(`${path} shows a stranger what a member sees`)
  return `opens for a member in ${duration(page.ms)}; a stranger ends at ${outside.path}`
}
