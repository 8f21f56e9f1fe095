import { PassThrough } from 'node:stream'
import { bash, type Found, type ProcessOutput, quote, run, server } from '@stories/shared'
import type { Target } from '../image.ts'

/** A database for Prisma to work on: by its name, in the network of the container that holds it. */
export interface Place {
  container: string
  user: string
  password: string
  name: string
}

/** The database as psql reaches it in another container than production's: the scratch one's copies. */
export const reachedIn = (database: Found['database'], container: string): Found['database'] => ({
  ...database,
  container: { ...database.container, name: container },
})

/** A database of production's own container. */
export const productionPlace = (database: Found['database'], name: string): Place => ({
  container: database.container.name,
  user: database.user,
  password: database.container.environment['POSTGRES_PASSWORD'] ?? '',
  name,
})

/** Nobody else should be at work on a copy: who waits for a lock there longer than this waits for somebody lost. */
export const LOCK_TIMEOUT = '10s'

/** Where a schema lies that is not the image's own. */
const OTHER_SCHEMA = '/tmp/other.prisma'

/** In the migrator's container: where Prisma reaches the database when it has to wait for it. */
const GATE = '/tmp/gate'

/**
 * A gate before the database, on Node, which every migrator has: who connects waits until a line comes on stdin. When stdin
 * ends without one, it closes for good.
 */
const GATEKEEPER = `const { connect, createServer } = require("net");
const shut = () => process.exit(1);
const open = new Promise((go) => process.stdin.once("end", shut).once("data", () => go(process.stdin.off("end", shut))));
createServer((near) => {
  near.on("error", () => near.destroy());
  open.then(() => {
    const far = connect(5432, "127.0.0.1").on("error", () => near.destroy());
    near.pipe(far).pipe(near);
  });
}).listen("${GATE}/.s.PGSQL.5432");`

/** The address of a database as Prisma reads it: over TCP, or through the gate, where waiting has no end of its own. */
function addressOf({ user, password, name }: Place, gated: boolean): string {
  const way = gated ? { host: GATE, connect_timeout: '0' } : {}
  const words = { schema: 'public', options: `-c lock_timeout=${LOCK_TIMEOUT}`, ...way }
  const query = Object.entries(words).map(([key, value]) => `${key}=${encodeURIComponent(value)}`)
  const [who, word, where] = [user, password, name].map(encodeURIComponent)
  return `postgresql://${who}:${word}@127.0.0.1:5432/${where}?${query.join('&')}`
}

/** What runs in the migrator's container: it reads the address, another schema, and from then on the gatekeeper does. */
const inside = (gated: boolean) => `IFS= read -r DATABASE_URL || exit 1; export DATABASE_URL
IFS= read -r schema; printf %s "$schema" | base64 -d > ${OTHER_SCHEMA}
${
  gated
    ? `mkdir ${GATE}; exec 3<&0; node -e '${GATEKEEPER}' <&3 3<&- &
while [ ! -S ${GATE}/.s.PGSQL.5432 ] && kill -0 $!; do sleep 0.02; done\n`
    : ''
}PATH="$PWD/node_modules/.bin:$STORIES_PRISMA/node_modules/.bin:$PATH"; exec prisma "$@" < /dev/null 3<&-`

/**
 * Runs the target's own Prisma on a database. The address with its password travels on stdin into the container: it is in no
 * process list. It runs in the network of the database's own container, which is all that it can reach.
 * @param migrator the image that has the CLI
 * @param words the command, such as `migrate deploy`
 * @param options.nothrow when the exit code is the answer (`migrate diff --exit-code`)
 * @param options.schema another schema than the image's, to be named as {@link OTHER_SCHEMA}
 */
export async function prisma(
  migrator: string,
  place: Place,
  words: string[],
  options: { nothrow?: boolean; schema?: string } = {},
): Promise<ProcessOutput> {
  const { nothrow, schema } = options
  const command = server({ input: given(place, false, schema) })(
    bash(container(migrator, place, words, false)),
  )
  return nothrow ? command.nothrow() : command
}

/** What {@link inside} reads on stdin. */
const given = (place: Place, gated: boolean, schema = '') =>
  `${addressOf(place, gated)}\n${Buffer.from(schema).toString('base64')}\n`

/** The command that runs Prisma in the container of its image. */
const container = (migrator: string, place: Place, words: string[], gated: boolean) =>
  `docker run --rm -i --network ${quote(`container:${place.container}`)} --label stories.migrator=${quote(place.name)} ${quote(migrator)} \\
  sh -c ${quote(inside(gated))} prisma ${words.map(quote).join(' ')}`

/** A Prisma that loads or has loaded, on the far side of a gate. */
export interface Loading {
  /**
   * Lets `first` run, and then Prisma.
   * @throws ProcessOutput with the words of either
   */
  go: () => Promise<unknown>
  /** Lets it end without having done anything. */
  leave: () => void
}

/** For how many seconds a Prisma that has loaded waits for its word: who sends it is gone then. */
const PATIENCE = 20

/**
 * Lets Prisma load, which takes it a second or two; see {@link prisma}. It reaches the database once it was told to go on, and
 * `first` has ended well. What it prints is on stderr.
 * @param first a bash command that makes the database, while Prisma loads
 */
export function loadPrisma(migrator: string, place: Place, words: string[], first: string): Loading {
  const input = new PassThrough()
  input.write(given(place, true))
  const command = server({ input })(
    bash(`said=$(mktemp); trap 'rm -f "$said"' EXIT; ends=(0 0)
{ for line in 1 2; do IFS= read -r line; printf '%s\\n' "$line"; done
  { IFS= read -r -t ${PATIENCE} word || { echo 'nobody let Prisma go on within ${PATIENCE} s' >&2; false; }; } && ${first} >&2 && echo go; } | ${container(migrator, place, words, true)} > "$said" 2>&1 || ends=("\${PIPESTATUS[@]}")
case \${ends[0]} in 0 | 141) cat "$said" >&2; exit "\${ends[1]}" ;; esac
exit "\${ends[0]}"`),
  )
  command.catch(() => {}) // who lets it go on is told
  return {
    go: async () => {
      // The fence was passed when it began to load: by now the step is in the journal, and the lock still ours.
      if (!run.dryRun) await server`:`
      input.end('go\n')
      await command
    },
    leave: () => input.end(),
  }
}

/**
 * `migrate diff` from what the database IS to what the code WANTS; the other way round it would undo the migration (E19).
 * Prisma 7 renamed the flags and reads the address from prisma.config.ts.
 */
export const forward = (version: string, to = 'prisma/schema.prisma') =>
  isSeven(version)
    ? ['migrate', 'diff', '--from-config-datasource', '--to-schema', to]
    : ['migrate', 'diff', '--from-schema-datasource', 'prisma/schema.prisma', '--to-schema-datamodel', to]

const isSeven = (version: string) => Number(version.split('.')[0]) >= 7

/** Whether a database is what the target's schema wants: Prisma exits with 0 when it is, 2 when it differs (E24). */
export async function isMigrated(target: Target, place: Place): Promise<boolean> {
  const answer = await prisma(target.migrator, place, [...forward(target.prisma), '--exit-code'], {
    nothrow: true,
  })
  if (run.dryRun || answer.exitCode === 0) return true
  if (answer.exitCode === 2) return false
  throw answer
}

/**
 * How a database differs from what another schema wants: the SQL that would make it so, as the target's Prisma writes it.
 * @param schema the text of a schema.prisma; the address in it does not count, and Prisma 7 refuses one
 */
export async function driftFrom(schema: string, target: Target, place: Place): Promise<string> {
  const text = isSeven(target.prisma) ? schema.replace(/^\s*url\s*=.*$/m, '') : schema
  const words = [...forward(target.prisma, OTHER_SCHEMA), '--script']
  return (await prisma(target.migrator, place, words, { schema: text })).stdout
}
