import { type Found, isClosed, leadsBeside, read, readConf, type Settings, visit } from '@stories/shared'
import { askApp, type State, shared, stateOf, words } from './containers.ts'

/** What is known of the way from a visitor to the app. */
export interface Signs {
  /** What a visitor of the homepage gets; 0 when nothing. */
  visitor: number
  /** The maintenance page is on: a 503 is meant. */
  closed: boolean
  /** nginx leads visitors to the app beside: a deployment without a window stands unfinished. */
  led: boolean
  app: State
  /** What the app says on its own address, past nginx; 0 when nothing. */
  answer: number
  nginxRuns: boolean
  /** What `nginx -t` says; empty when the configuration is right. */
  confError: string
  /** nginx stands in a network where it can reach the app. */
  reachable: boolean
}

/** The one link that is broken, the innermost first: what is behind it can't work before it does. */
export type Fault =
  | 'none'
  | 'led beside'
  | 'crash loop'
  | 'app down'
  | 'app silent'
  | 'configuration'
  | 'nginx down'
  | 'network'
  | 'old address'

/** Which link is broken, and how one sees it. */
export function diagnose(signs: Signs): { fault: Fault; says: string } {
  const { app, visitor } = signs
  // The app may be stopped on purpose behind the page.
  if (visitor === 503 && signs.closed)
    return { fault: 'none', says: 'the maintenance page is on: 503 is meant' }
  if (![0, 502, 504].includes(visitor))
    return { fault: 'none', says: `a visitor gets ${visitor}, the app answers ${signs.answer || 'nothing'}` }
  // The app's own service may be stopped by then, and to start it would lead nobody back.
  if (signs.led)
    return {
      fault: 'led beside',
      says: 'nginx leads visitors to the app beside, which does not answer: a deployment without a window stands unfinished',
    }
  if (app.status === 'restarting' || (app.restarts >= 3 && app.status !== 'running'))
    return { fault: 'crash loop', says: `${app.name} has ended ${app.restarts} times` }
  if (app.status !== 'running') return { fault: 'app down', says: words(app) }
  if (signs.answer === 0) return { fault: 'app silent', says: `${app.name} runs and does not answer` }
  // Without a common network nginx can't even read its configuration: it finds no address for the app's name.
  if (!signs.reachable) return { fault: 'network', says: 'nginx stands in no network of the app' }
  if (signs.confError)
    return { fault: 'configuration', says: `nginx refuses its configuration: ${signs.confError}` }
  if (!signs.nginxRuns) return { fault: 'nginx down', says: 'the app answers, nginx does not run' }
  return {
    fault: 'old address',
    says: `the app answers ${signs.answer} by itself and a visitor gets ${visitor || 'nothing'}: nginx asks at an address that is no longer the app's`,
  }
}

/** Looks at every link of the way. */
export async function readSigns(found: Found, settings: Settings): Promise<Signs> {
  const proxy = found.nginx.container
  const [app, nginx, visitor, conf] = await Promise.all([
    stateOf(found.app?.name),
    stateOf(proxy?.name),
    visit(settings, '/'),
    readConf(found),
  ])
  const runs = proxy
    ? nginx.status === 'running'
    : (await read`pgrep -x nginx >/dev/null`.nothrow()).exitCode === 0
  // A container that is down can't be asked; why it ended, its log says.
  const test = proxy
    ? await read`docker exec ${proxy.name} nginx -t 2>&1`.nothrow()
    : await read`sudo nginx -t 2>&1`.nothrow()
  return {
    visitor: visitor.status,
    closed: isClosed(conf),
    led: leadsBeside(conf),
    app,
    answer: await askApp(app, settings.APP_PORT, settings.HEALTH_PATH),
    nginxRuns: runs,
    confError: test.exitCode === 0 ? '' : (/\[emerg\].*/.exec(test.stdout)?.[0] ?? ''),
    reachable: proxy ? shared(app, nginx).length > 0 : found.appPublished !== undefined,
  }
}
