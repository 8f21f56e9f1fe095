/** The addresses of the styles, scripts and pictures that a page needs from its own site, each once, as paths. */
export function assets(html: string, origin: string): string[] {
  const tags = html.match(/<(?:link|script|img)\b[^>]*>/gi) ?? []
  const wanted = tags.filter(
    (tag) => !/^<link/i.test(tag) || /\brel=["']?(?:stylesheet|icon|preload|modulepreload)\b/i.test(tag),
  )
  return unique(wanted.map((tag) => within(attribute(tag, /^<link/i.test(tag) ? 'href' : 'src'), origin)))
}

/** The links of a page that lead below `path`, such as `/stories/42` below `/stories`; each once. */
export function linksBelow(html: string, path: string, origin: string): string[] {
  const below = `${path.replace(/\/$/, '')}/`
  const tags = html.match(/<a\b[^>]*>/gi) ?? []
  return unique(tags.map((tag) => within(attribute(tag, 'href'), origin))).filter(
    (link) => link.startsWith(below) && link.length > below.length,
  )
}

/** What a reader of the page sees: no tags, no styles, no scripts. */
export const visibleText = (html: string) =>
  html
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/gi, ' ')
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ')

/** An address as a path of the site, with its query; undefined when it leads elsewhere. */
export function within(address: string | undefined, origin: string, base = '/'): string | undefined {
  const from = new URL(base, origin).href
  if (address === undefined || !URL.canParse(address, from)) return undefined
  const url = new URL(address, from)
  return url.origin === new URL(origin).origin ? url.pathname + url.search : undefined
}

const attribute = (tag: string, name: string) =>
  new RegExp(`\\s${name}=(?:"([^"]*)"|'([^']*)'|([^\\s>]+))`, 'i')
    .exec(tag)
    ?.slice(1)
    .find((value) => value !== undefined)
    ?.replaceAll('&amp;', '&')

const unique = (paths: (string | undefined)[]) => [
  ...new Set(paths.filter((path): path is string => path !== undefined)),
]
