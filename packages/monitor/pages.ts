import { duration, refuse, type Settings } from '@stories/shared'
import { assets, linksBelow, visibleText } from './html.ts'
import type { Page, Visitor } from './visitor.ts'

const ASSETS = 20

/** What is wrong with a page that a visitor asked for; undefined when nothing is (E29: an answer is not a success yet). */
export function faultOf(
  page: Pick<Page, 'status' | 'headers' | 'body' | 'path' | 'error'>,
): string | undefined {
  if (page.status === 0) return `${page.path} gives no answer: ${page.error}`
  if (page.status === 503 && page.headers['retry-after']) return `${page.path}: the maintenance page is on`
  if (page.status !== 200) return `${page.path} answers ${page.status}`
  const type = String(page.headers['content-type'] ?? '')
  if (!type.startsWith('text/html')) return `${page.path} is ${type || 'of no type'}, not a page`
  if (!/<\/html>\s*$/i.test(page.body))
    return `${page.path} is cut short after ${page.body.length} characters`
  const error = /Application error|Internal Server Error/i.exec(visibleText(page.body))?.[0]
  return error && `${page.path} shows "${error}"`
}

/** Asks for a page that must be a right one. @throws Stop (exit 3) with what is wrong with it */
export async function goodPage(site: Visitor, path: string): Promise<Page> {
  const page = await site(path)
  const wrong = faultOf(page)
  if (wrong) refuse(wrong)
  return page
}

/** Homepage loads correctly: the page is whole, and so is everything of ours that it shows. */
export async function homepage(site: Visitor): Promise<string> {
  const page = await goodPage(site, '/')
  const parts = assets(page.body, site.origin).slice(0, ASSETS)
  for (const path of parts) {
    const { status, error } = await site(path)
    if (status !== 200) refuse(`the homepage needs ${path}, which answers ${status || error}`)
  }
  return `200 in ${duration(page.ms)}, ${parts.length} styles, scripts and pictures`
}

/** Stories/books are viewable: the list shows some, and one of them opens. */
export async function stories(site: Visitor, settings: Settings): Promise<string> {
  const list = await goodPage(site, settings.STORIES_PATH)
  const links = linksBelow(list.body, list.path.split('?')[0] ?? '', site.origin)
  const [first] = links
  if (!first) refuse(`${list.path} shows no story to open`)
  const story = await goodPage(site, first)
  return `${links.length} in the list, ${story.path} opens in ${duration(story.ms)}`
}

/** ESL features are working: their page opens and speaks of them. */
export async function esl(site: Visitor, settings: Settings): Promise<string> {
  const page = await goodPage(site, settings.ESL_PATH)
  if (!/\bESL\b|English as a second language/i.test(visibleText(page.body)))
    refuse(`${page.path} says nothing of ESL`)
  return `${page.path} opens in ${duration(page.ms)}`
}

/** Seeds of Empowerment theme displays: the homepage shows its words. Its styles are part of {@link homepage}. */
export async function theme(site: Visitor, settings: Settings): Promise<string> {
  const page = await goodPage(site, '/')
  if (!visibleText(page.body).includes(settings.THEME_TEXT))
    refuse(`the homepage does not show "${settings.THEME_TEXT}"`)
  return `the homepage shows "${settings.THEME_TEXT}"`
}
