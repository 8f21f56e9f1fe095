import { randomBytes } from 'node:crypto'
import { leadBack } from './upstream.ts'

const BEGIN = '# 1001-stories maintenance: begin'
const END = '# 1001-stories maintenance: end'

/** What visitors read meanwhile. It stands inside nginx's configuration, so it holds neither `'` nor `$`. */
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>System Maintenance</title><style>body{font:1.1rem/1.6 system-ui,sans-serif;max-width:32rem;margin:20vh auto;padding:0 1rem;text-align:center}</style></head><body><h1>System Maintenance</h1><p>1001 Stories is being updated. Please come back in a few minutes.</p></body></html>`

/** The header that lets the operator see the new site while visitors see the page. */
export const BYPASS_HEADER = 'x-maintenance-bypass'

/** A one-time word for {@link BYPASS_HEADER}. */
export const newToken = () => randomBytes(24).toString('hex')

function block(token: string): string {
  return [
    BEGIN,
    'set $stories_closed 1;',
    `if ($http_x_maintenance_bypass = "${token}") { set $stories_closed 0; }`,
    'if ($uri ~ "^/(health$|\\.well-known/acme-challenge/)") { set $stories_closed 0; }',
    'if ($stories_closed) { return 503; }',
    'error_page 503 @stories_maintenance;',
    // No connection stays open behind it: the reload that opens the site again would cut it off, and a request on its way over it.
    `location @stories_maintenance { keepalive_timeout 0; default_type text/html; add_header Retry-After 120 always; add_header Cache-Control no-store always; return 503 '${PAGE}'; }`,
    END,
  ].join('\n    ')
}

/** Where each `server {` block of an nginx configuration begins (after its brace) and ends. */
export function serverBlocks(conf: string): { start: number; end: number; text: string }[] {
  // Comments and quoted strings are blanked first: a brace in them is no brace. Lengths stay, so offsets hold.
  const bare = conf.replace(/"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#[^\n]*/g, (text) => ' '.repeat(text.length))
  return [...bare.matchAll(/(?:^|[\s;{}])server\s*\{/g)].map((match) => {
    const start = match.index + match[0].length
    let depth = 1
    let end = start
    for (; end < bare.length && depth > 0; end++) depth += bare[end] === '{' ? 1 : bare[end] === '}' ? -1 : 0
    return { start, end, text: conf.slice(start, end) }
  })
}

/** Whether the configuration shows the maintenance page. */
export const isClosed = (conf: string) => conf.includes(BEGIN)

/**
 * The configuration with the maintenance page on in every server block of the site: those that name its host, or that
 * pass requests on where none does. Already closed: the same page with the new token, once. Behind the page nginx asks at its
 * own address again, if a deployment without a window had led it elsewhere.
 */
export function closeSite(conf: string, host: string, token: string): string {
  const plain = leadBack(openSite(conf))
  const blocks = serverBlocks(plain)
  const named = blocks.filter(({ text }) =>
    new RegExp(`server_name\\s[^;]*(?<![\\w.-])${host.replaceAll('.', '\\.')}(?![\\w.-])`).test(text),
  )
  const chosen = named.length > 0 ? named : blocks.filter(({ text }) => /proxy_pass\s/.test(text))
  if (chosen.length === 0)
    throw new Error(`no server block of nginx serves ${host}: set NGINX_CONF to the file that does`)
  let closed = plain
  for (const { start } of [...chosen].reverse())
    closed = `${closed.slice(0, start)}\n    ${block(token)}${closed.slice(start)}`
  return closed
}

/** The configuration without the maintenance page, byte for byte as before {@link closeSite}. */
export function openSite(conf: string): string {
  return conf.replace(new RegExp(`\\n {4}${BEGIN}[\\s\\S]*?${END}`, 'g'), '')
}
