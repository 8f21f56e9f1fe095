import {
  bash,
  imageName,
  imageOf,
  migratorOf,
  type Opened,
  prismaVersion,
  quote,
  read,
  refuse,
  server,
} from '@stories/shared'

/** What is going to be deployed: exactly this commit, in this image. */
export interface Target {
  commit: string
  /** The app's image, built from a clean tree of the commit. */
  image: string
  /** An image that has the target's own Prisma CLI as well. */
  migrator: string
  /** The commit's files on the server, for as long as the images are built. */
  tree: string
  /** The Prisma version that the commit's lock file pins. */
  prisma: string
  /** The commit's migrations in their order; loose .sql files are none (E24). */
  migrations: string[]
}

/**
 * The target as the server's git origin has it, after a fetch that changes no branch.
 * @param known the commit that was prepared: nothing is fetched, for inside the window the origin has nothing to say
 * @throws Stop (exit 3) when the branch or the commit is not there
 */
export async function findTarget({ settings, directory }: Opened, known = ''): Promise<Target> {
  if (!known) await server`git fetch --quiet origin`
  const branch = settings.TARGET_BRANCH
  const answer =
    await read`commit=$(git rev-parse --verify --quiet ${`${known || `refs/remotes/origin/${branch}`}^{commit}`} || true); [ -n "$commit" ] || exit 0
    echo "$commit"; git ls-tree -r --name-only "$commit" prisma/migrations | sed -nE 's#^prisma/migrations/([^/]+)/migration.sql$#\\1#p' | sort; echo @@lock; git show "$commit:package-lock.json" 2>/dev/null || echo '{}'`.text()
  const [list = '', lockFile = ''] = answer.split('@@lock\n')
  const [commit, ...migrations] = list.trim().split('\n')
  if (!commit && known)
    refuse(
      `The commit ${known.slice(0, 10)} that was prepared is not in ${settings.PROJECT_DIR}`,
      'git fetch there, or tsx packages/deploy/prepare.ts',
    )
  if (!commit)
    refuse(
      `There is no branch ${branch} on the git origin of ${settings.PROJECT_DIR}`,
      'push it, or set TARGET_BRANCH, for example TARGET_BRANCH=v3-ui-overhaul',
    )
  return {
    commit,
    image: imageOf(commit),
    migrator: migratorOf(commit),
    tree: `${directory}/tree`,
    prisma: prismaVersion(lockFile),
    migrations,
  }
}

/** Whether both images of a target are on the server. */
export async function isBuilt({ image, migrator }: Target): Promise<boolean> {
  return (
    (
      await read`docker image inspect ${image} ${migrator} >/dev/null 2>&1 && echo yes || true`.text()
    ).trim() === 'yes'
  )
}

/** The ids of both images of a commit, as one text; empty while one is missing. */
export const imagesOf = async (commit: string): Promise<string> =>
  (
    await read`docker image inspect -f ${'{{.Id}}'} ${imageOf(commit)} ${migratorOf(commit)} 2>/dev/null || true`.text()
  )
    .trim()
    .replace('\n', ' ')

/**
 * Builds the target's image from a clean tree of exactly its commit, never from the live folder (E26), and beside it one
 * that has the Prisma CLI of the target's lock file (E18). The live image's own name stays with the live image.
 */
export async function buildImage(target: Target, { settings, compose, app, found }: Opened): Promise<void> {
  const { commit, image, migrator, tree } = target
  await server`rm -rf ${tree}; mkdir -p ${tree}; (umask 022; git archive --format=tar ${commit} | tar -x -C ${tree}); cp .env ${tree}/.env`
  // The files' modes go into the image: an app that is not root must be able to read them.
  // Under a project name of its own, so that nothing of the live project is touched.
  const project = 'stories-build'
  const config = await server`cd ${tree}; ${compose} -p ${project} config`
  const built = imageName(config.stdout, project, app, compose)
  await server({
    timeout: Number(settings.BUILD_MINUTES) * 60_000,
  })`cd ${tree}; ${compose} -p ${project} build ${app} >&2; docker tag ${built} ${image}; rm -f .env`
  if (found.app && built === found.app.image) await server`docker tag ${found.app.imageId} ${built}`
  await server({ input: dockerfile(target) })(
    bash(`docker build -q -t ${quote(migrator)} -f - ${quote(tree)} > /dev/null; rm -rf ${quote(tree)}`),
  )
}

function dockerfile({ image, prisma }: Target): string {
  return `FROM ${image}
USER root
ENV CHECKPOINT_DISABLE=1 PRISMA_HIDE_UPDATE_MESSAGE=1 NO_COLOR=1
ENV STORIES_PRISMA=/opt/stories-migrator
RUN test -x node_modules/.bin/prisma || { mkdir -p "$STORIES_PRISMA" && cd "$STORIES_PRISMA" && npm install --no-save --no-audit --no-fund prisma@${prisma}; }
# A config file imports from prisma, and is read where it lies: an image without the CLI gets it by its name.
RUN test -e node_modules/prisma || { mkdir -p node_modules && ln -s "$STORIES_PRISMA"/node_modules/prisma node_modules/prisma; }
COPY prisma ./prisma
COPY package.json prisma.config.* ./
ENTRYPOINT []
CMD []
`
}
