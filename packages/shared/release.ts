import { refuse } from './exit.ts'
import type { Flags } from './flags.ts'
import { quote } from './quote.ts'
import { bash, read } from './server.ts'
import type { Settings } from './settings.ts'

/**
 * How a script stands to the release directory:
 * `new` makes one (backup) · `newest` is for what starts a deployment: the newest verified backup ·
 * `pinned` is for what continues or undoes one: the backup it stands on · `latest` is for verify: the last one taken ·
 * `none` needs none.
 */
export type Need = 'new' | 'newest' | 'pinned' | 'latest' | 'none'

/** The links and marks that the directory of all backups holds, as read from the server. */
export interface Marks {
  /** The newest verified backup. */
  current: string
  /** The backup that the last deployment stands on. */
  pinned: string
  /** The last one taken, verified or not. */
  latest: string
  /** A deployment stands unfinished on the pinned one. */
  unfinished: boolean
  /** It is one without a window. */
  withoutWindow: boolean
}

/** A bash text that asks for the marks; {@link marksOf} reads its answer. */
export const askMarks = (root: string) => `(cd ${quote(root)} 2>/dev/null || exit 0
printf 'current=%s\\n' "$(readlink current || true)"
printf 'pinned=%s\\n' "$(readlink pinned || true)"
printf 'latest=%s\\n' "$(ls -d [0-9]*_[0-9]* 2>/dev/null | sort | tail -n 1)"
[ ! -e pinned/in-progress ] || echo unfinished=yes
[ ! -e pinned/without-window ] || echo withoutWindow=yes)`

/** The marks in an answer to {@link askMarks}. */
export function marksOf(answer: string, root: string): Marks {
  const value = (key: string) => new RegExp(`^${key}=(.+)$`, 'm').exec(answer)?.[1]
  const path = (name: string | undefined) => (name ? `${root}/${name}` : '')
  return {
    current: path(value('current')),
    pinned: path(value('pinned')),
    latest: path(value('latest')),
    unfinished: value('unfinished') === 'yes',
    withoutWindow: value('withoutWindow') === 'yes',
  }
}

/** Reads the marks in one round trip. */
export const readMarks = async (root: string): Promise<Marks> =>
  marksOf(await read(bash(askMarks(root))).text(), root)

/** A bash text that asks how a release directory stands; {@link demandRelease} reads its answer. */
export const askRelease = (directory: string) =>
  `if [ ! -d ${quote(directory)} ]; then echo missing; elif [ -e ${quote(directory)}/incomplete ]; then echo incomplete; fi`

/**
 * A release directory must be there, and a whole backup.
 * @param answer to {@link askRelease}
 * @throws Stop (exit 3) otherwise
 */
export function demandRelease(answer: string, directory: string): void {
  if (answer.trim() === 'missing')
    refuse(
      `There is no backup directory ${directory} on the server`,
      'name one that is there with --backup-dir, or take one: tsx packages/backup/backup.ts',
    )
  if (answer.trim() === 'incomplete')
    refuse(`The backup in ${directory} was never finished`, 'take a new one: tsx packages/backup/backup.ts')
}

/** The release directory that the operator has named; empty when the server's marks decide. */
export const namedRelease = (
  flags: Pick<Flags, 'backupDir'>,
  settings: Pick<Settings, 'BACKUP_DIR'>,
): string => flags.backupDir ?? settings.BACKUP_DIR

/**
 * Which release directory: `--backup-dir`, else `$BACKUP_DIR`, else the pin, else `current`.
 * What starts a deployment takes the newest verified backup instead of an old deployment's pin.
 * @throws Stop (exit 3) when there is none, or when another deployment stands unfinished
 */
export function resolveRelease(
  need: Need,
  marks: Marks,
  flags: Pick<Flags, 'backupDir'>,
  settings: Pick<Settings, 'BACKUP_DIR'>,
): string {
  const named = namedRelease(flags, settings)
  if (need === 'newest') {
    const chosen = named || (marks.unfinished ? marks.pinned : marks.current)
    if (marks.unfinished && chosen !== marks.pinned) {
      refuse(
        `A deployment stands unfinished on ${marks.pinned}`,
        'tsx packages/deploy/deploy.ts --resume, or tsx packages/rollback/immediate.ts',
      )
    }
    if (!chosen)
      refuse(
        'There is no verified backup on the server',
        'tsx packages/backup/backup.ts, then tsx packages/backup/verify.ts',
      )
    return chosen
  }
  const chosen = named || (need === 'latest' ? marks.latest : marks.pinned || marks.current)
  if (!chosen) refuse('There is no backup on the server yet', 'tsx packages/backup/backup.ts')
  return chosen
}

/** A bash text that pins a release: what continues or undoes the deployment stands on it. */
export function pinCommand(root: string, release: string): string {
  const at = quote(root)
  return `ln -sfn ${quote(release)} ${at}/.pinned.new; mv -T ${at}/.pinned.new ${at}/pinned; sync ${at}`
}

/** A bash text that writes stdin to a file whole or not at all: temporary name, synced, renamed; on a full disk nothing is left of it. */
export function keepCommand(path: string): string {
  const [file, tmp] = [quote(path), quote(`${path}.tmp`)]
  return `{ cat > ${tmp} && sync ${tmp} && mv ${tmp} ${file}; } || { rm -f ${tmp}; false; }`
}
