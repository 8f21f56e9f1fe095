import { type Found, query, type Settings } from '@stories/shared'
import { accepts, askApp, type State, shared, stateOf, words } from './containers.ts'

/** What is known of the way from the app to its database. */
export interface Signs {
  database: State
  /** The database server takes connections. */
  accepts: boolean
  /** The database by its name: there, and open to sessions. Unknown while the server takes none. */
  exists: boolean
  open: boolean
  name: string
  app: State
  /** The host in the app's DATABASE_URL; empty when it has none. */
  host: string
  /** What the app's own question to the database is answered with; 0 when the app gives no answer. */
  health: number
}

/** The one link that is broken, the innermost first. */
export type Fault = 'none' | 'stopped' | 'silent' | 'gone' | 'fenced' | 'network' | 'host' | 'app'

/** Which link is broken, and how one sees it. */
export function diagnose(signs: Signs): { fault: Fault; says: string } {
  const { database, app, host, name } = signs
  if (database.status !== 'running') return { fault: 'stopped', says: words(database) }
  if (!signs.accepts) return { fault: 'silent', says: `${database.name} runs and takes no connections` }
  if (!signs.exists) return { fault: 'gone', says: `the server has no database ${name}` }
  if (!signs.open)
    return {
      fault: 'fenced',
      says: `the database ${name} takes no sessions: an interrupted swap fenced it off`,
    }
  if (signs.health === 200)
    return { fault: 'none', says: `${database.name} takes connections, and the app has one` }
  if (app.status !== 'missing' && shared(app, database).length === 0)
    return { fault: 'network', says: `${app.name} and ${database.name} are in no common network` }
  if (app.status !== 'missing' && !knownAs(signs))
    return {
      fault: 'host',
      says: `DATABASE_URL names the host "${host}", which is not ${database.name} in the app's network`,
    }
  const answer = signs.health === 0 ? 'gives no answer' : `answers ${signs.health}`
  return {
    fault: 'app',
    says: app.status === 'running' ? `${database.name} takes connections, and the app ${answer}` : words(app),
  }
}

/** Whether the app's DATABASE_URL leads to this database: by a name or the address that it has in their network. */
function knownAs({ app, database, host }: Signs): boolean {
  const common = shared(app, database).map(({ name }) => name)
  return database.networks.some(
    (network) => common.includes(network.name) && (network.names.includes(host) || network.address === host),
  )
}

/** The host in a database address; empty when it is none. */
export const hostOf = (url: string | undefined) => (url && URL.canParse(url) ? new URL(url).hostname : '')

/** Looks at every link of the way. */
export async function readSigns(found: Found, settings: Settings): Promise<Signs> {
  const { database } = found
  const [state, app] = await Promise.all([stateOf(database.container.name), stateOf(found.app?.name)])
  const ready = state.status === 'running' && (await accepts(database))
  const names = ready
    ? await query(database, 'postgres', 'SELECT datname, datallowconn FROM pg_database')
    : []
  return {
    database: state,
    accepts: ready,
    exists: names.some(([name]) => name === database.name),
    open: names.some(([name, allowed]) => name === database.name && allowed === 't'),
    name: database.name,
    app,
    host: hostOf(found.app?.environment['DATABASE_URL']),
    health: await askApp(app, settings.APP_PORT, settings.DATABASE_HEALTH_PATH),
  }
}
