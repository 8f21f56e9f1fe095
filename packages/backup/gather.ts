import {
  bash,
  entries,
  type Found,
  LISTING,
  type Manifest,
  query,
  quote,
  read,
  readListing,
  type Settings,
  server,
  who,
} from '@stories/shared'

interface Gathered {
  settings: Settings
  found: Found
  directory: string
  release: string
  keptAs: string
  folders: { path: string; folder: string }[]
  missing: string[]
}

/** Everything that the manifest says of a backup; read when all of it is written. */
export async function gatherManifest(gathered: Gathered): Promise<Manifest> {
  const { settings, found, directory, release, keptAs, folders, missing } = gathered
  const { database, app, nginx } = found
  const [[oid = '', size = '', version = ''] = []] = await query(
    database,
    database.name,
    `SELECT oid, pg_database_size(oid), version() FROM pg_database WHERE datname = current_database()`,
  )
  // Through `server`: in a dry run there is nothing to list yet.
  const files = readListing((await server(bash(`cd ${quote(directory)}\n${LISTING}`))).stdout)
  const environment = Object.keys(entries((await read`sudo cat .env`.text()).split('\n')))
  const tools =
    await read`pg=$(docker exec ${database.container.name} pg_dump --version); printf '%s\n' "$pg" "$(tar --version | head -n 1)" "$(git --version)"`.text()
  const [dump = '', tar = '', git = ''] = tools.split('\n')
  return {
    release,
    taken: new Date().toISOString(),
    by: who(),
    server: {
      project: settings.PROJECT_DIR,
      compose: found.compose.join(' '),
      nginx: nginx.kind,
      nginxConf: nginx.conf,
    },
    database: {
      service: database.service,
      name: database.name,
      user: database.user,
      oid,
      bytes: Number(size),
      version,
      image: database.container.image,
      imageId: database.container.imageId,
      volume: database.volume ?? '',
    },
    code: { commit: found.head, branch: found.branch, dirty: found.dirty },
    app: { service: found.appService, image: app?.image ?? '', imageId: app?.imageId ?? '', keptAs },
    environment,
    uploads: folders.map(({ path, folder }) => {
      const inside = Object.entries(files).filter(([name]) => name.startsWith(`${folder}/`))
      return {
        path,
        folder,
        files: inside.length,
        bytes: inside.reduce((sum, [, file]) => sum + file.bytes, 0),
      }
    }),
    missingUploads: missing,
    files,
    tools: { pg_dump: dump, tar, git, docker: found.dockerVersion, compose: found.composeVersion },
  }
}

/** Writes the manifest and its seal, has everything on the disk, and only then takes the mark `incomplete` away. */
export async function sealManifest(manifest: Manifest, directory: string): Promise<void> {
  const text = `${JSON.stringify(manifest, null, 2)}\n`
  await server({
    input: text,
  })`cd ${directory}; cat > manifest.json.tmp; sha256sum < manifest.json.tmp > manifest.sha256
    find . -type f -exec sync {} +; mv manifest.json.tmp manifest.json; rm incomplete; sync .`
}
