/** What the end-to-end tests look at: how a script ended, what a visitor sees, what the databases hold. */
import { loadSettings, quote, visit } from '@stories/shared'
import { type Call, call, type Outcome } from './operator.ts'
import { inside, type Practice } from './practice.ts'

/**
 * Calls a script and demands how it ends.
 * @param code the exit code that is expected, 0 without it
 * @throws with everything that the script said, when it ends otherwise
 */
export async function ends(
  practice: Pick<Practice, 'envFile'>,
  script: string,
  words: string[] = [],
  { code = 0, ...options }: Call & { code?: number } = {},
): Promise<Outcome> {
  const outcome = await call(practice, script, words, options)
  if (outcome.code !== code)
    throw new Error(
      `${script}.ts ${words.join(' ')} ended with ${outcome.code}, not ${code}\n${outcome.stdout}${outcome.stderr}`,
    )
  return outcome
}

/** Visits the practice site as its visitors do, over https or http. */
export function visitSite(practice: Practice, path: string, scheme: 'https' | 'http' = 'https') {
  const settings = loadSettings(practice.envFile, {})
  const port = scheme === 'https' ? 443 : 80
  return visit(
    {
      ...settings,
      PUBLIC_URL: settings.PUBLIC_URL.replace('https', scheme),
      PUBLIC_ADDRESS: `${practice.address}:${port}`,
    },
    path,
  )
}

/** Asks a database of the server; rows as psql prints them, columns with `|`. */
export async function ask(practice: Practice, sql: string, database = 'stories_db'): Promise<string> {
  const psql = `docker exec -i 1001-stories-db sh -c 'psql -XqAt -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$1"' sh ${quote(database)}`
  return (await inside(practice, psql, { input: sql })).trim()
}

/** The names of the cluster's databases, without Postgres's own. */
export const databases = async (practice: Practice) =>
  (
    await ask(
      practice,
      "SELECT datname FROM pg_database WHERE NOT datistemplate AND datname <> 'postgres' ORDER BY 1",
    )
  ).split('\n')

/** The names of all tables of the site, as `--consent` takes them: a test consents to whatever the migration removes. */
export const everyTable = async (practice: Practice) =>
  (
    await ask(
      practice,
      "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
  ).replaceAll('\n', ',')

/**
 * What tells v3 from anything else: its commit, its image, every row of the tables that it keeps, and a schema that is
 * exactly what its own Prisma wants. A line for each thing that is not so.
 */
export async function notV3(practice: Practice, before: Record<string, string>): Promise<string[]> {
  const wrong: string[] = []
  const facts = await inside(
    practice,
    `cd /home/ubuntu/1001project
    git_() { git -c safe.directory='*' "$@"; }
    target=$(git_ -C /srv/git/1001project.git rev-parse v3-ui-overhaul)
    [ "$(git_ rev-parse HEAD)" = "$target" ] || echo "the code is at $(git_ rev-parse HEAD)"
    [ -z "$(git_ status --porcelain)" ] || echo 'the working tree has changes'
    image=$(docker image inspect --format '{{.Id}}' "1001-stories-app:\${target:0:12}")
    [ "$(docker inspect --format '{{.Image}}' 1001-stories-app)" = "$image" ] || echo 'the app runs another image'
    url=$(docker exec 1001-stories-app printenv DATABASE_URL)
    network=$(docker inspect --format '{{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}' 1001-stories-app)
    DATABASE_URL=$url docker run --rm --network "$network" -e DATABASE_URL "1001-stories-migrator:\${target:0:12}" \
      sh -c 'PATH="$PWD/node_modules/.bin:$STORIES_PRISMA/node_modules/.bin:$PATH"; exec prisma "$@"' prisma \
      migrate diff --from-schema-datasource prisma/schema.prisma --to-schema-datamodel prisma/schema.prisma --exit-code`,
  ).catch((error: Error) => `Prisma wants another schema: ${error.message}`)
  for (const line of facts.split('\n'))
    if (line && !/No difference detected|empty migration/.test(line)) wrong.push(line)

  // A kept table has gained columns perhaps, so that its checksum differs; never rows, and never lost one.
  const now = new Map(
    (
      await ask(
        practice,
        `SELECT format('SELECT %L || count(*) FROM %s', 'table ' || c.oid::regclass || '|', c.oid::regclass) FROM pg_class c WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \\gexec`,
      )
    )
      .split('\n')
      .map((line) => line.split('|') as [string, string]),
  )
  for (const [name, value] of Object.entries(before)) {
    const rows = /^\d+/.exec(value)?.[0]
    const left = now.get(name)
    if (left !== undefined && left !== rows && !name.includes('_prisma_migrations'))
      wrong.push(`${name} had ${rows} rows, has ${left}`)
  }
  return wrong
}
