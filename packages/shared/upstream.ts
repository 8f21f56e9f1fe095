import type { Found } from './found.ts'

const BEGIN = '# 1001-stories beside: begin'
const END = '# 1001-stories beside: end'

/** Where nginx's configuration may say that the app is: host and port as they stand there. */
export function placesOf(
  { nginx, app, appService, appPublished }: Pick<Found, 'nginx' | 'app' | 'appService' | 'appPublished'>,
  port: string,
): string[] {
  const inside = [...(nginx.container ? [appService, app?.name] : []), app?.address]
  const outside =
    nginx.container || !appPublished
      ? []
      : ['127.0.0.1', 'localhost', '[::1]'].map((host) => `${host}:${appPublished}`)
  return [...inside.filter(Boolean).map((host) => `${host}:${port}`), ...outside]
}

/** Whether the configuration sends visitors to the app beside. */
export const leadsBeside = (conf: string) => conf.includes(BEGIN)

/** The innermost block around a place in a configuration whose comments are blanked. */
function blockAround(bare: string, place: number): string {
  const step = (at: number) => Number(bare[at] === '{') - Number(bare[at] === '}')
  let start = place
  for (let depth = 0; start > 0 && depth < 1; start--) depth += step(start - 1)
  let end = place
  for (let depth = 0; end < bare.length && depth > -1; end++) depth += step(end)
  return bare.slice(start, end)
}

/**
 * The configuration with every way to the app leading to the one beside it: each `proxy_pass`, and each `server` of an
 * upstream, that names one of its places. The old line stays above as a comment, so that {@link leadBack} gives its bytes.
 * Connections are not kept meanwhile: a reload cuts off the idle ones, and a visitor who asks over one at that very moment
 * gets no answer. The first reload has to; the second finds none.
 * @throws Error when nothing in it names the app
 */
export function leadBeside(conf: string, places: string[], beside: string): string {
  const plain = leadBack(conf)
  // Comments are blanked, and lengths stay: what is found in the blanked text stands at the same place in the real one.
  const bare = plain.replace(/#[^\n]*/g, (text) => ' '.repeat(text.length))
  const hosts = places.map((place) => place.replace(/[.[\]]/g, '\\$&')).join('|')
  const line = new RegExp(`\\b(proxy_pass\\s+https?://|server\\s+)(?:${hosts})(?=[/;\\s])([^;\\n]*;)`, 'g')
  let led = ''
  let at = 0
  for (const { index, 0: old, 1: start, 2: rest } of bare.matchAll(line)) {
    if (old.includes('\n')) continue
    const closing = start?.startsWith('proxy_pass') && !/keepalive_timeout\s/.test(blockAround(bare, index))
    const now = `${start}${beside}${rest}${closing ? ' keepalive_timeout 0;' : ''}`
    led += `${plain.slice(at, index)}${BEGIN}\n    # ${old}\n    ${now}\n    ${END}\n    `
    at = index + old.length
  }
  if (at === 0) throw new Error(`nothing in nginx's configuration leads to ${places.join(' or ')}`)
  return led + plain.slice(at)
}

/** The configuration as it was before {@link leadBeside}, byte for byte. */
export const leadBack = (conf: string) =>
  conf.replace(new RegExp(`${BEGIN}\\n {4}# (.*)\\n.*\\n {4}${END}\\n {4}`, 'g'), (_, old: string) => old)
