import { readFileSync } from 'node:fs'
import { type Agent, request as plain } from 'node:http'
import { request as secure } from 'node:https'
import { connect, createSecureContext, rootCertificates, type SecureContext } from 'node:tls'
import { expand, type Settings } from './settings.ts'

/** What a visitor got. `status` 0: no answer at all, and `error` says why. Times in milliseconds. */
export interface Answer {
  status: number
  ms: number
  headers: Record<string, string | string[] | undefined>
  body: string
  /** The body as it came, for what is not text. */
  content: Buffer
  error?: string
  /** It went over a connection that an earlier visit had left open. */
  reused: boolean
}

export interface Visit {
  method?: 'GET' | 'POST' | 'HEAD'
  headers?: Record<string, string>
  body?: string
  /** Milliseconds until the visitor gives up; 10 seconds by default. */
  timeout?: number
  /** Keeps connections open for the next visit; without one each visit makes its own. Of the address's own protocol. */
  agent?: Agent
}

// Reading all authorities takes 40 ms, which must not count as the site's: once is enough.
const trusted = new Map<string, SecureContext>()

/** The authorities that Node trusts, and one more from a file. */
function trusting(file: string): SecureContext {
  const known = trusted.get(file)
  if (known) return known
  const context = createSecureContext({ ca: [...rootCertificates, readFileSync(expand(file), 'utf8')] })
  trusted.set(file, context)
  return context
}

/** What the first visit of a process needs longer for than the next, without a visit. */
export async function firstVisit({ PUBLIC_CA }: Settings): Promise<void> {
  if (PUBLIC_CA) trusting(PUBLIC_CA)
}

/**
 * Visits the public site as a visitor would, from this machine. Never throws: no answer is an answer of status 0 (E29).
 * PUBLIC_ADDRESS sends the connection elsewhere (a server before its name points there), PUBLIC_CA trusts one more authority.
 */
export function visit(settings: Settings, path: string, how: Visit = {}): Promise<Answer> {
  const url = new URL(path, settings.PUBLIC_URL)
  const [, host, port] = /^\[?(.*?)\]?:(\d+)$/.exec(settings.PUBLIC_ADDRESS) ?? []
  const request = url.protocol === 'https:' ? secure : plain
  const trust = settings.PUBLIC_CA && { secureContext: trusting(settings.PUBLIC_CA) }
  const since = performance.now()
  return new Promise((resolve) => {
    const end = (answer: Omit<Answer, 'ms' | 'reused'>) => {
      clearTimeout(limit)
      resolve({ ...answer, ms: performance.now() - since, reused: outgoing.reusedSocket })
    }
    const lost = (error: Error) =>
      end({
        status: 0,
        headers: {},
        body: '',
        content: Buffer.alloc(0),
        error: (error as NodeJS.ErrnoException).code ?? error.message,
      })
    const outgoing = request(
      {
        host: host ?? url.hostname,
        port: port ?? url.port,
        servername: url.hostname,
        path: url.pathname + url.search,
        method: how.method ?? 'GET',
        headers: { host: url.host, 'user-agent': '1001-stories-deployment', ...how.headers },
        agent: how.agent ?? false,
        ...trust,
      },
      (incoming) => {
        const chunks: Buffer[] = []
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
        incoming.on('end', () => {
          const content = Buffer.concat(chunks)
          end({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            body: content.toString(),
            content,
          })
        })
        incoming.on('error', lost)
      },
    )
    // The whole answer has to be there in time: a socket's own timeout never passes while a server trickles.
    const limit = setTimeout(() => {
      lost(new Error('no answer in time'))
      outgoing.destroy()
    }, how.timeout ?? 10_000)
    outgoing.on('error', lost)
    outgoing.end(how.body)
  })
}

/** Until when the site's certificate is valid; undefined when the site has none or does not answer within 5 seconds. */
export function certificateEnd(settings: Settings): Promise<Date | undefined> {
  const url = new URL(settings.PUBLIC_URL)
  if (url.protocol !== 'https:') return Promise.resolve(undefined)
  const [, host = url.hostname, port = url.port || '443'] =
    /^\[?(.*?)\]?:(\d+)$/.exec(settings.PUBLIC_ADDRESS) ?? []
  return new Promise((resolve) => {
    // One that is no longer valid has a date, too: whether it is trusted is for a visit to find out.
    const socket = connect({ host, port: Number(port), servername: url.hostname, rejectUnauthorized: false })
    const end = (date?: Date) => {
      socket.destroy()
      resolve(date)
    }
    socket.setTimeout(5000, () => end())
    socket.on('error', () => end())
    socket.on('secureConnect', () => {
      const { valid_to: until } = socket.getPeerCertificate()
      end(until ? new Date(until) : undefined)
    })
  })
}
