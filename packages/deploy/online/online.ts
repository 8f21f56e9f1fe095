import {
  BESIDE,
  bash,
  besideOf,
  checkout,
  confirm,
  copyOut,
  drain,
  isClosed,
  keepBeside,
  keepEnv,
  leadBack,
  leadBeside,
  namesOf,
  type Opened,
  pinCommand,
  placesOf,
  precondition,
  putBack,
  putEnvBack,
  quote,
  type ReleaseFiles,
  read,
  readConf,
  refuse,
  say,
  server,
  standingOf,
  startBeside,
  switchConf,
  tryPages,
  waitForApp,
} from '@stories/shared'
import type { Target } from '../image.ts'
import { holdTo, productionNow, testedNow } from '../migration/hold.ts'
import type { Proof } from '../migration/proof.ts'
import { needsWindow, readFacts } from './suits.ts'

/** How far a deployment without a window has come, and what it holds to. */
export interface Standing {
  proof: Proof
  sql: string
  /** It has begun, by a run that died, or is finished. */
  begun: boolean
  /** The migration of the live database has begun, or it is done. */
  migrating: boolean
  migrated: boolean
  /** The app's own service runs the new image. */
  replaced: boolean
  /** The containers of the app: its service's own, and the one beside. */
  names: { service: string; beside: string }
}

/**
 * Looks how far it has come, and reads what was proven.
 * @throws Stop (exit 3) when there is no proof, or another deployment is under way
 */
export async function lookAt(opened: Opened, files: ReleaseFiles, target: Target): Promise<Standing> {
  const { directory, release, database, found, marks } = opened
  precondition(
    files.target !== '',
    `${directory} names no commit to deploy`,
    'tsx packages/deploy/prepare.ts',
  )
  const answer = await read`if [ -e ${directory}/without-window ]; then echo begun; fi
    docker image inspect --format '{{.Id}}' ${target.image} 2>/dev/null || true`.text()
  const begun = answer.startsWith('begun')
  if (marks.unfinished && !begun)
    refuse(
      `A deployment with a window stands unfinished on ${directory}`,
      'tsx packages/deploy/deploy.ts --resume',
    )
  precondition(
    !isClosed(await readConf(found)),
    'The maintenance page is on',
    'tsx packages/deploy/status.ts',
  )
  const names = namesOf(database.name, release)
  const standing = await standingOf(database, names, release)
  // What was held to once is not there to be held to any more, when the migration has begun.
  const held = standing.inPlace
    ? { proof: JSON.parse(files.proof) as Proof, sql: await read`cat ${directory}/migration.sql`.text() }
    : await holdTo(
        opened,
        files,
        await testedNow(opened.directory, target.commit),
        standing.swapped,
        await productionNow(database, names),
      )
  const migrated = standing.inPlace && standing.swapped
  const replaced = found.app?.running === true && answer.trimEnd().endsWith(found.app.imageId)
  return {
    ...held,
    begun: begun || (migrated && replaced && found.head === target.commit),
    migrating: standing.inPlace,
    migrated,
    replaced,
    names: { service: found.app?.name ?? found.appService, beside: BESIDE },
  }
}

/**
 * Decides that it can go without a window, and asks whether it should.
 * @throws Stop (exit 3) with everything that speaks against it
 */
export async function decide(opened: Opened, target: Target, { proof, sql }: Standing): Promise<void> {
  const reasons = needsWindow(await readFacts(opened, target.commit, proof, sql))
  precondition(
    reasons.length === 0,
    `This needs its window: ${reasons.join('; ')}`,
    'tsx packages/deploy/deploy.ts',
  )
  if (reasons.length === 0) say('  additive: old and new run side by side on the same database')
  await confirm(
    `Deploy ${opened.settings.TARGET_BRANCH} to ${opened.settings.PUBLIC_URL} while visitors use it?`,
  )
}

/** Marks the deployment as begun, and as one without a window, on the backup that it stands on. */
export function standOn({ directory, release, settings }: Opened) {
  const at = quote(directory)
  return server(
    bash(`touch ${at}/without-window ${at}/in-progress; sync ${at}
    ${pinCommand(settings.BACKUP_ROOT, release)}`),
  )
}

/** Checks out the prepared commit under the running app, which has all it needs in its image; `.env` stays what it was. */
export async function updateCode({ directory, settings }: Opened, target: Target): Promise<void> {
  await keepEnv(directory)
  await checkout(settings.TARGET_BRANCH, target.commit)
  await putEnvBack(directory)
}

/** Starts the target's image beside the old app, unless it runs there already, and tries it before visitors do. */
export async function runBeside({ found, settings }: Opened, { image }: Target): Promise<void> {
  const id = (await read`docker image inspect --format '{{.Id}}' ${image}`.text()).trim()
  const there = await besideOf(found, settings)
  if (there?.imageId === id && there.running) say('  it runs already')
  else await startBeside(found, settings, image)
  await keepBeside()
  await waitForApp(found, settings, BESIDE)
  await tryPages(settings, BESIDE)
}

/** Leads visitors to the app beside. Who was there before stays with the old one until the answer has come to its end. */
export async function leadOver({ found, settings }: Opened): Promise<void> {
  const place = (await besideOf(found, settings))?.place ?? BESIDE
  await switchConf(found, leadBeside(await readConf(found), placesOf(found, settings.APP_PORT), place))
}

/** Leads visitors to the app's own service again, once that works; nginx's configuration is as it was, to the byte. */
export async function leadHome({ found, settings }: Opened, service: string): Promise<void> {
  await waitForApp(found, settings)
  await tryPages(settings, service)
  await switchConf(found, leadBack(await readConf(found)))
}

/**
 * Waits until a container that visitors were led away from serves nobody any more, and takes over what it wrote inside
 * itself since.
 * @param from,to the containers' names
 */
export async function empty({ found, settings, directory }: Opened, from: string, to: string): Promise<void> {
  await drain(found, from, settings.APP_PORT, Number(settings.DRAIN_SECONDS))
  const archive = `${directory}/files-of-${from}.tar`
  const files = await copyOut({ id: from, mounts: found.app?.mounts ?? [] }, archive)
  if (files.length > 0) await putBack(to, archive)
}
