import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import {
  bash,
  bytes,
  EXIT,
  keepCommand,
  misuse,
  type Opened,
  print,
  query,
  quote,
  ROOT,
  read,
  refuse,
  type Settings,
  say,
  server,
  sha256,
  table,
} from '@stories/shared'
import { checkSpace } from '../checks.ts'
import { sayLosses, schemaOf } from '../migration/hold.ts'
import type { Proof } from '../migration/proof.ts'
import { freeBeside } from '../migration/room.ts'
import { inWords } from '../migration/window.ts'
import type { Stage } from './order.ts'
import { commonFlags, runStage } from './stage.ts'

/** What a deployment stands on, part by part, as the server had it when the plan was shown. */
export type Parts = Record<string, string>

export interface Plan {
  parts: Parts
  /** Stands for all the parts: twelve hexadecimal digits. */
  hash: string
  proof: Proof
  /** Bytes. */
  database: number
  free: number
}

const sha = (text: string) => sha256(text).slice(0, 12)

/** Seconds that phases 1, 2, 3, 5 and 6 take together, as `npm run prove -- window` sees it: little of it depends on the server. */
const OTHER_PHASES = 5

/** The word that stands for these parts, in whatever order they come. */
export const hashOf = (parts: Parts): string =>
  sha(JSON.stringify(Object.entries(parts).sort(([a], [b]) => (a < b ? -1 : 1))))

/** A line for each part that is not what it was. */
export function changesOf(then: Parts, now: Parts): string[] {
  const names = new Set([...Object.keys(then), ...Object.keys(now)])
  return [...names]
    .filter((name) => then[name] !== now[name])
    .map((name) => `${name}: was ${then[name] ?? 'none'}, is ${now[name] ?? 'none'}`)
}

/** These scripts themselves: other scripts would run other commands. */
function scripts(): string {
  const folders = ['packages/deploy', 'packages/shared'].map((folder) => join(ROOT, folder))
  const files = folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true }).map((name) => join(folder, String(name))),
  )
  return sha(
    files
      .filter((file) => /(?<!\.test)\.m?[jt]s$/.test(file))
      .sort()
      .map((file) => readFileSync(file, 'utf8'))
      .join('\n'),
  )
}

/** Every setting but the name of the release directory, which is a part of its own. */
const chosen = ({ BACKUP_DIR: _, ...settings }: Settings) => sha(JSON.stringify(settings))

/**
 * Reads what a deployment would stand on.
 * @param directory a release directory that prepare.ts has found good
 * @returns the names of the files that are missing when it is not prepared
 */
export async function readPlan(opened: Opened, directory: string, stages: Stage[]): Promise<Plan | string[]> {
  const { settings, found, database } = opened
  const hash = (command: string) => `{ ${command}; } | sha256sum | cut -c 1-12`
  const answer = await read(
    bash(`cd ${quote(directory)}
for file in verified.json proof.json target_commit.txt migration.sql; do [ -e "$file" ] || echo "missing $file"; done
if [ -e proof.json ] && [ -e target_commit.txt ]; then cat target_commit.txt; cat proof.json | tr -d '\\n'; echo; ${hash('cat migration.sql')}
short=$(cut -c 1-12 target_commit.txt); for name in app migrator; do docker image inspect -f '{{.Id}}' "1001-stories-$name:$short" 2>/dev/null || echo none; done
cd ${quote(settings.PROJECT_DIR)}; ${hash('git diff --binary HEAD')}; ${hash('cat docker-compose.y*ml compose.y*ml 2>/dev/null || true')}; ${hash('sudo cat .env')}; ${hash(`sudo cat ${quote(found.nginx.conf)}`)}; fi`),
  ).text()
  const lines = answer.trim().split('\n')
  const missing = lines.filter((line) => line.startsWith('missing ')).map((line) => line.slice(8))
  if (missing.length > 0) return missing
  const [target = '', proofText = '{}', sql = '', app = '', migrator = '', ...rest] = lines
  const [changes = '', composeFile = '', env = '', conf = ''] = rest
  const proof = JSON.parse(proofText) as Proof
  const bytesOf = `SELECT pg_database_size('${database.name}')`
  const [[size = '0'] = []] = await query(database, 'postgres', bytesOf)
  const parts: Parts = {
    server: `${settings.SERVER_USER}@${settings.SERVER_HOST}:${settings.SERVER_PORT} ${settings.PROJECT_DIR}`,
    release: basename(directory),
    stages: stages.map(({ title }) => title).join(', '),
    target: target.slice(0, 12),
    'new image': app.slice(7, 19),
    migrator: migrator.slice(7, 19),
    migration: `recipe ${proof.recipe}, ${sql}`,
    schema: (await schemaOf(database, database.name)).slice(0, 12),
    code: `${found.branch || 'detached'} ${found.head.slice(0, 12)}, changes ${changes}`,
    'old image': found.app?.imageId.slice(7, 19) ?? 'none',
    'compose file': composeFile,
    '.env': env,
    nginx: `${found.nginx.conf} ${conf}`,
    settings: chosen(settings),
    scripts: scripts(),
  }
  return { parts, hash: hashOf(parts), proof, database: Number(size), free: await freeBeside(database) }
}

/**
 * Shows a plan: what it stands on, the room it needs, and every command of the window. It is kept, so that what changed since
 * can be told when it is held to.
 * @param directory the newest verified backup; empty when there is none
 * @returns the exit code: 0, or 3 when nothing is prepared that a plan could stand on
 */
export async function showPlan(opened: Opened, directory: string, stages: Stage[]): Promise<number> {
  const plan = directory ? await readPlan(opened, directory, stages) : ['verified backup']
  if (Array.isArray(plan)) {
    say(`  A plan with its hash stands on what prepare.ts has found good; missing yet: ${plan.join(', ')}`)
    return EXIT.refused
  }
  const { parts, hash, proof, database, free } = plan
  const flags = [...commonFlags(opened), '--dry-run']
  process.env['STORIES_OUTLINE'] = '1'
  for (const stage of stages) await runStage(stage, flags, directory)
  for (const line of table(Object.entries(parts))) say(`  ${line}`)
  say(`  ${inWords(proof.predicted, database)}; the other phases take about ${OTHER_PHASES} s`)
  say(`  room for a copy of the database (${bytes(database)}): ${checkSpace(free, proof.room).says}`)
  sayLosses(proof.losses)
  await server({ input: JSON.stringify(parts) })(bash(keepCommand(`${directory}/plan-${hash}.json`)))
  say(`  To do this and nothing else: tsx packages/deploy/deploy.ts --plan ${hash}`)
  print(hash)
  return EXIT.done
}

/**
 * Holds to a plan that was shown.
 * @throws Stop (exit 2) when the word is no hash, (exit 3) when there is no such plan or something is not what it was
 */
export async function holdToPlan(
  opened: Opened,
  directory: string,
  stages: Stage[],
  hash: string,
): Promise<void> {
  if (!/^[0-9a-f]{12}$/.test(hash))
    misuse(`--plan: ${JSON.stringify(hash)} is not the hash of a plan, for example --plan 3f9a1c0b7d24`)
  const again = 'tsx packages/deploy/deploy.ts --plan shows the plan as it is now'
  const kept = (await read`cat ${directory}/plan-${hash}.json 2>/dev/null || true`.text()).trim()
  if (!kept) refuse(`No plan ${hash} was shown for ${directory || 'this server'}`, again)
  const plan = await readPlan(opened, directory, stages)
  if (Array.isArray(plan)) refuse(`${directory} has no ${plan.join(', ')} any more`, again)
  const changes = changesOf(JSON.parse(kept) as Parts, plan.parts)
  if (changes.length > 0) refuse(`Not what plan ${hash} stands on:\n${changes.join('\n')}`, again)
}
