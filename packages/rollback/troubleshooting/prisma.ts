import { bash, migratorOf, type Opened, prismaVersion, quote, read, refuse, server } from '@stories/shared'

/** The image that Prisma runs in, and the version that the code's lock file pins. */
export interface Prisma {
  image: string
  version: string
}

/** An image with the CLI of exactly this commit when one was built, else the app's own (E18). */
export async function findPrisma({ found }: Opened): Promise<Prisma> {
  const migrator = migratorOf(found.head)
  const answer =
    await read`docker image inspect ${migrator} >/dev/null 2>&1 && echo ok || echo none; cat package-lock.json 2>/dev/null || echo '{}'`.text()
  const at = answer.indexOf('\n')
  const version = prismaVersion(answer.slice(at))
  if (!version) refuse('package-lock.json on the server pins no Prisma: which one to run is not known')
  return { image: answer.slice(0, at) === 'ok' ? migrator : (found.app?.imageId ?? ''), version }
}

/**
 * The bash text that runs Prisma in a container beside the database, on the project folder's own prisma/. The database's
 * address comes on stdin and reaches it by its environment alone. An image without the CLI fetches the pinned version (E18).
 */
function script({ image, version }: Prisma, { found, settings }: Opened, words: string[]): string {
  const inside = `PATH="$PWD/node_modules/.bin:\${STORIES_PRISMA:-/none}/node_modules/.bin:$PATH"
command -v prisma >/dev/null && exec prisma "$@"; exec npx --yes prisma@${version} "$@"`
  return `DATABASE_URL=$(cat); export DATABASE_URL
docker run --rm --user 0 --network ${quote(found.database.container.networks[0] ?? 'none')} -e DATABASE_URL -e CHECKPOINT_DISABLE=1 -e NO_COLOR=1 \\
  -v ${quote(`${settings.PROJECT_DIR}/prisma`)}:/stories/prisma:ro ${quote(image)} sh -c ${quote(inside)} prisma ${words.map(quote).join(' ')}`
}

function address({ database }: Opened): string {
  const password = encodeURIComponent(database.container.environment['POSTGRES_PASSWORD'] ?? '')
  return `postgresql://${encodeURIComponent(database.user)}:${password}@${database.container.name}:5432/${encodeURIComponent(database.name)}?schema=public`
}

const SCHEMA = '/stories/prisma/schema.prisma'

/** How the database differs from what the code wants, in Prisma's words; undefined when it doesn't (E19, E24). */
export async function difference(prisma: Prisma, opened: Opened): Promise<string | undefined> {
  const words =
    Number(prisma.version.split('.')[0]) >= 7
      ? ['--from-config-datasource', '--to-schema', SCHEMA]
      : ['--from-schema-datasource', SCHEMA, '--to-schema-datamodel', SCHEMA]
  const answer = await read({ input: address(opened) })(
    bash(script(prisma, opened, ['migrate', 'diff', ...words, '--exit-code'])),
  ).nothrow()
  if (answer.exitCode === 0) return undefined
  if (answer.exitCode === 2) return answer.stdout.trim()
  throw answer
}

/** Corrects the history alone: no table is touched. */
export async function resolve(
  prisma: Prisma,
  opened: Opened,
  as: 'applied' | 'rolled-back',
  name: string,
): Promise<void> {
  const words = ['migrate', 'resolve', `--${as}`, name, '--schema', SCHEMA]
  await server({ input: address(opened) })(bash(script(prisma, opened, words)))
}
