import {
  type Answer,
  BYPASS_HEADER,
  keepSecret,
  read,
  refuse,
  type Settings,
  type Visit,
  visit,
} from '@stories/shared'
import { within } from './html.ts'

/** An answer, and the path where it was found after redirects. */
export interface Page extends Answer {
  path: string
}

/** Somebody at a browser: keeps cookies, and follows redirects within the site. */
export interface Visitor {
  (path: string, how?: Visit): Promise<Page>
  cookies: Map<string, string>
  origin: string
}

const HOPS = 5

/** @param headers sent with every request, such as what lets the operator past the maintenance page */
export function visitor(settings: Settings, headers: Record<string, string> = {}): Visitor {
  const cookies = new Map<string, string>()
  const go = async (path: string, how: Visit = {}, hops = HOPS): Promise<Page> => {
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const answer = await visit(settings, path, {
      ...how,
      headers: { ...headers, ...(cookie && { cookie }), ...how.headers },
    })
    keepCookies(cookies, answer.headers['set-cookie'])
    const next = redirection(answer, path, settings.PUBLIC_URL)
    // As a browser does: whatever was sent, the page it leads to is asked for.
    return next && hops > 0 ? go(next, {}, hops - 1) : { ...answer, path }
  }
  return Object.assign((path: string, how?: Visit) => go(path, how), { cookies, origin: settings.PUBLIC_URL })
}

/** Where within the site an answer sends its visitor; undefined when nowhere. */
export function redirection(
  answer: Pick<Answer, 'status' | 'headers'>,
  from: string,
  origin: string,
): string | undefined {
  const location = answer.headers['location']
  return answer.status >= 300 && answer.status < 400 && typeof location === 'string'
    ? within(location, origin, from)
    : undefined
}

/** Keeps the cookies of an answer; an empty one is forgotten. Their values are secrets: they are somebody's login. */
export function keepCookies(cookies: Map<string, string>, header: Answer['headers'][string]): void {
  for (const line of [header ?? []].flat()) {
    const [, name, value] = /^\s*([^=;\s]+)=([^;]*)/.exec(line) ?? []
    if (!name) continue
    if (!value || /;\s*max-age=0\b/i.test(line)) cookies.delete(name)
    else {
      cookies.set(name, value)
      if (value.length >= 16) keepSecret(value)
    }
  }
}

/**
 * The header that lets the operator past the maintenance page, with the token that phase1.ts left in the release directory.
 * @throws Stop (exit 3) when there is no token: the page is not on
 */
export async function bypassHeader(directory: string): Promise<Record<string, string>> {
  const token = (await read`cat ${directory}/bypass-token 2>/dev/null || true`.text()).trim()
  if (!token)
    refuse(
      `There is no bypass token in ${directory}: the maintenance page is not on`,
      'run it without --bypass, or turn the page on: tsx packages/deploy/phase1.ts',
    )
  keepSecret(token)
  return { [BYPASS_HEADER]: token }
}
