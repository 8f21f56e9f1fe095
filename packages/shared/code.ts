import { refuse } from './exit.ts'
import type { Found } from './found.ts'
import { closeSite, isClosed, openSite } from './maintenance.ts'
import { HELD, readConf } from './nginx.ts'
import { quote } from './quote.ts'
import { bash, read, server } from './server.ts'
import type { Settings } from './settings.ts'
import { wakeNginx } from './stand-in.ts'

/** Whether nginx's configuration is a file of the project itself, which a checkout may replace. */
export const confInProject = (found: Found, settings: Settings) =>
  found.nginx.conf.startsWith(`${settings.PROJECT_DIR}/`)

/**
 * Lets git see the configuration as the project's own again, without the maintenance page, while nginx keeps the inode it
 * has: a container that mounts the single file would otherwise stay on a file that nobody can write any more (E13).
 */
export async function handConfToGit(found: Found, settings: Settings): Promise<void> {
  if (!confInProject(found, settings)) return
  const conf = await readConf(found)
  if (!isClosed(conf)) return
  const path = quote(found.nginx.conf)
  await server({ input: openSite(conf) })(
    bash(
      `[ -e ${HELD} ] || ln ${path} ${HELD}; cp -p ${path} ${path}.plain; cat > ${path}.plain; mv ${path}.plain ${path}`,
    ),
  )
}

/** The other way: the file's new content goes into the inode that nginx has, with the maintenance page when there is a token. */
export async function takeConfBack(found: Found, settings: Settings, token: string): Promise<void> {
  if (!confInProject(found, settings)) return
  const conf = await readConf(found)
  const wanted = token ? closeSite(conf, new URL(settings.PUBLIC_URL).hostname, token) : conf
  const path = quote(found.nginx.conf)
  await server({ input: wanted })(
    bash(
      `new=$(mktemp); trap 'rm -f "$new"' EXIT; cat > "$new"
if [ -e ${HELD} ]; then cat "$new" > ${HELD}; mv -f ${HELD} ${path}; else cat "$new" > ${path}; fi`,
    ),
  )
  await wakeNginx(found, HELD) // after a reboot in between it has yet another inode
}

/** Holds the commit that a checkout is on its way to: what differs meanwhile is git's own work, not somebody's change. */
const UNDER_WAY = '.git/stories-checkout'

/** The bash condition that a checkout was cut off half way, by a reboot or a full disk. */
const CUT_OFF = `{ read -r aim < ${UNDER_WAY} && [ "$aim" != "$(git rev-parse HEAD)" ]; } 2> /dev/null`

/** Whether the code is at a commit, and no checkout on its way to another one was cut off. */
export const isAt = async ({ head }: Pick<Found, 'head'>, commit: string): Promise<boolean> =>
  head === commit && (await read(bash(`if ${CUT_OFF}; then echo yes; fi`)).text()) === ''

/** Tracked files that differ from the commit that is checked out; none after a checkout that was cut off. */
export async function localChanges(): Promise<string[]> {
  return (
    await read(bash(`if ${CUT_OFF}; then exit 0; fi; git status --porcelain --untracked-files=no`)).text()
  )
    .split('\n')
    .filter(Boolean)
}

/**
 * Checks out a commit on its branch. Local changes must have been kept and set aside before. One that was cut off half way is
 * brought to its end first, wherever it was going: what it left lying about is its own, and goes.
 * @throws ProcessOutput with git's words when untracked files are in the way or the local branch has commits of its own
 */
export async function checkout(branch: string, commit: string): Promise<void> {
  const go = branch
    ? `git checkout --quiet ${quote(branch)}\ngit merge --quiet --ff-only "$aim"\n[ "$(git rev-parse HEAD)" = "$aim" ]`
    : 'git checkout --quiet --detach "$aim"'
  await server(
    bash(`umask 022
if ${CUT_OFF}; then rm -f .git/index.lock .git/HEAD.lock; git checkout --quiet --force --detach "$aim"; fi
aim=${quote(commit)}
echo "$aim" > ${UNDER_WAY}; sync ${UNDER_WAY}
trap 'if git diff --quiet HEAD; then rm -f ${UNDER_WAY}; fi' EXIT
${go}`),
  )
}

/**
 * Keeps local changes as a patch in the release directory, then sets them aside (E15). A patch that an earlier run kept
 * there is never overwritten: this one then gets a number.
 */
export async function setChangesAside(patch: string): Promise<void> {
  await server`name=${patch}; count=1; while [ -s "$name" ]; do count=$((count + 1)); name=${patch}.$count; done
    git diff --binary HEAD > "$name.tmp"; sync "$name.tmp"; mv "$name.tmp" "$name"; umask 022; git reset --quiet --hard HEAD`
}

const envOf = (directory: string) => `${directory}/.env.phase3`

/** Keeps `.env` as it is before the checkout; the first of several runs is the one that counts. */
export async function keepEnv(directory: string): Promise<void> {
  const kept = envOf(directory)
  await server`[ -e ${kept} ] || { sudo cat .env > ${kept}.tmp; sync ${kept}.tmp; mv ${kept}.tmp ${kept}; }`
}

/** Puts `.env` back when the checkout has changed it (E14). */
export async function putEnvBack(directory: string): Promise<void> {
  await server`cmp -s .env ${envOf(directory)} || sudo cp ${envOf(directory)} .env`
}

/**
 * Applies a patch that was kept. Nothing happens when it is empty, missing, or applied already.
 * @throws Stop (exit 3) when it does not fit; the working tree is then as without it
 */
export async function reapply(patch: string): Promise<void> {
  const answer = await server`umask 022; [ -s ${patch} ] || exit 0
    if git apply --reverse --check ${patch} 2>/dev/null; then exit 0; fi
    git apply --3way --whitespace=nowarn ${patch} || { git reset --quiet --hard HEAD; exit 9; }
    git reset --quiet`.nothrow()
  if (answer.exitCode === 9)
    refuse(
      `The local changes in ${patch} do not fit the new code`,
      'put them into the branch, or set LOCAL_CHANGES=set-aside and roll back',
    )
  if (answer.exitCode) throw answer
}

/**
 * Puts back what a checkout removed or changed among uploads, with owner and times; newer uploads stay as they are (E16).
 * @param from,to the commits between which the checkout went
 */
export async function restoreUploads(
  directory: string,
  uploads: { path: string; folder: string }[],
  from: string,
  to: string,
): Promise<void> {
  const restored = uploads.map(async ({ path, folder }) => {
    await server`git diff -z --name-only ${from} ${to} -- ${path} | while IFS= read -r -d '' file; do
      kept=${directory}/${folder}/"\${file#${path}/}"; if [ -e "$kept" ]; then (umask 022; sudo mkdir -p "$(dirname "$file")"); sudo cp -a "$kept" "$file"; fi; done`
  })
  await Promise.all(restored)
}

/** Files of the backup's upload directories that the project lacks now. */
export async function missingUploads(
  directory: string,
  uploads: { path: string; folder: string }[],
): Promise<string[]> {
  const missing = uploads.map(async ({ path, folder }) => {
    const answer =
      await read`sudo find ${directory}/${folder} -type f -printf '%P\n' | while IFS= read -r file; do [ -e ${path}/"$file" ] || echo "$file"; done`.text()
    return answer
      .split('\n')
      .filter(Boolean)
      .map((file) => `${path}/${file}`)
  })
  return (await Promise.all(missing)).flat()
}
