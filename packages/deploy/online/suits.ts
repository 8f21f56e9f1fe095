import { bytes, type Opened, query, read, readConf, writtenInside } from '@stories/shared'
import type { Proof } from '../migration/proof.ts'
import { type Review, review } from '../migration/review.ts'

/** What decides whether a deployment can do without a window. */
export interface Facts {
  proof: Pick<Proof, 'additive' | 'losses'>
  statements: Review['statements']
  /** Bytes of each table's rows, by the names that the classifier shows. */
  sizes: Map<string, number>
  /** Files that the checkout changes, as paths in the project. */
  changed: string[]
  /** What the app, or nginx, reads of the project while it runs, as paths in it; empty for all of it. */
  mounted: string[]
  /** Files that the app wrote inside its container. */
  written: string[]
  dirty: string[]
  /** Bytes of memory that are free, and that the app takes. */
  memory: { free: number; app: number }
  /** Bytes that are free where Docker keeps its containers. */
  disk: number
}

/** A table up to this size is read in well under a second: writers may wait so long. */
const SMALL = 64 * 1024 ** 2
const COMPOSE = /^(docker-)?compose[\w.-]*\.ya?ml$/

/** Why a deployment needs its window, a line each; nothing when it can do without. */
export function needsWindow(facts: Facts): string[] {
  const { proof, statements, sizes, changed, mounted, written, dirty, memory, disk } = facts
  const list = (names: string[]) =>
    `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`
  // The CLI alone reads the schema and the migrations; the app has what was generated from them.
  const noticed = changed.filter(
    (path) =>
      !path.startsWith('prisma/') &&
      mounted.some((mount) => mount === '' || path === mount || path.startsWith(`${mount}/`)),
  )
  const lost = proof.losses.map(({ name }) => name)
  const alone = statements.filter(
    ({ statement }) =>
      statement.transactionControl || (statement.mustRunAlone && statement.kind !== 'add enum value'),
  )
  const long = statements.flatMap(({ statement: { kind, effects, locks } }) =>
    locks
      .filter(
        ({ work, table }) => effects.includes('locks') && work !== 'none' && (sizes.get(table) ?? 0) > SMALL,
      )
      .map(({ table }) => `${kind} on ${table} (${bytes(sizes.get(table)!)})`),
  )
  const compose = changed.filter((path) => COMPOSE.test(path))
  const needed = 2 * memory.app + 64 * 1024 ** 2
  return [
    ...(lost.length > 0 ? [`the migration loses ${list(lost)}`] : []),
    ...(proof.additive || lost.length > 0 ? [] : ['proof.json does not call the migration additive']),
    ...(alone.length > 0
      ? [
          `the migration has what no transaction can hold: ${list(alone.map(({ statement }) => statement.kind))}`,
        ]
      : []),
    ...(long.length > 0 ? [`visitors would wait for ${list(long)}`] : []),
    ...(written.length > 0
      ? [`the app keeps files inside its container, where the new one would not find them: ${list(written)}`]
      : []),
    ...(compose.length > 0 ? [`the checkout changes ${list(compose)}`] : []),
    ...(noticed.length > 0 ? [`the checkout changes what the running site reads: ${list(noticed)}`] : []),
    ...(dirty.length > 0 ? [`there are local changes: ${list(dirty)}`] : []),
    ...(memory.free < needed
      ? [`a second app needs ${bytes(needed)} of memory, ${bytes(memory.free)} are free`]
      : []),
    ...(disk < 512 * 1024 ** 2 ? [`a second app needs 512 MB of disk, ${bytes(disk)} are free`] : []),
  ]
}

/** The paths in the project that the running site reads: what app and nginx have mounted, and what nginx serves by itself. */
export function mountedPaths(folders: string[], sources: string[], conf: string): string[] {
  const served = [...conf.matchAll(/^\s*(?:root|alias)\s+([^;\s]+?)\/?;/gm)].map(([, path = '']) => path)
  return [...sources, ...served].flatMap((path) => {
    const folder = folders.find((folder) => path === folder || path.startsWith(`${folder}/`))
    return folder === undefined ? [] : [path.slice(folder.length + 1)]
  })
}

/** Reads from the server what decides; it is only looked at. */
export async function readFacts(
  { settings, found, database }: Opened,
  target: string,
  proof: Proof,
  sql: string,
): Promise<Facts> {
  const container = found.app?.id ?? ''
  const [answer, conf, { statements }, sizes] = await Promise.all([
    read`pwd -P; echo @@; git diff --name-only HEAD ${target}; echo @@; docker diff ${container}; echo @@
    awk '/^MemAvailable:/ { print $2 }' /proc/meminfo; docker top ${container} -eo pid,rss | awk '{ sum += $2 } END { print sum }'
    df -B1 --output=avail "$(docker info -f '{{.DockerRootDir}}')" | tail -n 1`.text(),
    readConf(found),
    review({ sql, recipe: proof.recipe, migrations: proof.migrations }),
    query(
      database,
      database.name,
      "SELECT CASE nspname WHEN 'public' THEN relname ELSE nspname || '.' || relname END, pg_table_size(c.oid) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE relkind IN ('r', 'm')",
    ),
  ])
  const [folder = '', changed = '', diff = '', numbers = ''] = answer.split('@@\n').map((part) => part.trim())
  const [free = 0, app = 0, disk = 0] = numbers.split('\n').map(Number)
  const sources = [...(found.app?.mounts ?? []), ...(found.nginx.container?.mounts ?? [])]
    .filter(({ Type }) => Type === 'bind')
    .map(({ Source }) => Source)
  return {
    proof,
    statements,
    sizes: new Map(sizes.map(([name = '', size]) => [name, Number(size)])),
    changed: changed.split('\n').filter(Boolean),
    mounted: mountedPaths([...new Set([settings.PROJECT_DIR, folder])], [...sources, found.nginx.conf], conf),
    written: writtenInside(diff, found.app?.mounts ?? []),
    dirty: found.dirty.filter((line) => !line.startsWith('??')).map((line) => line.slice(3)),
    memory: { free: free * 1024, app: app * 1024 },
    disk,
  }
}
