import {
  bash,
  differences,
  fingerprintOf,
  LISTING,
  type Manifest,
  quote,
  read,
  readFingerprint,
  readListing,
  refuse,
  restoreInto,
  run,
  type Settings,
  server,
  until,
  workIn,
} from '@stories/shared'

/** Lays out the code as it was, local changes and git history included, and .env beside it. */
export async function restoreCode(settings: Settings, manifest: Manifest, directory: string): Promise<void> {
  const folder = settings.PROJECT_DIR
  await server`sudo mkdir -p ${folder}; sudo chown "$(id -u):$(id -g)" ${folder}
    sudo tar -xpzf ${directory}/code_backup.tar.gz -C ${folder}
    cd ${folder}; install -m 600 ${directory}/.env.backup .env; [ "$(git rev-parse HEAD)" = ${manifest.code.commit} ]`
  if (!run.dryRun) workIn(folder)
}

// Run by root as a whole: a process for each file and command would be slow. $1 the path in the project, $2 the folder in the backup.
const GIVE_BACK = `while IFS=$'\\t' read -r owner mode file; do case $file in "$2"|"$2"/*)
  chown -h "$owner" "$1\${file#"$2"}"; chmod "$mode" "$1\${file#"$2"}" ;; esac; done`

/** Lays out the uploads with the owners and modes that they had. */
export async function restoreUploads(manifest: Manifest, directory: string): Promise<void> {
  for (const { path, folder } of manifest.uploads)
    await server`sudo mkdir -p ${path}; sudo cp -r --preserve=timestamps ${directory}/${folder}/. ${path}/
      sudo bash -c ${GIVE_BACK} give-back ${path} ${folder} < ${directory}/uploads_owners.tsv`
}

/** Files of the uploads that are other than in the backup. */
export async function uploadsLost(manifest: Manifest): Promise<string[]> {
  const lost: string[] = []
  for (const { path, folder } of manifest.uploads) {
    const there = readListing(await read(bash(`cd ${quote(path)}\n${LISTING}`)).text())
    for (const [name, { sha256 }] of Object.entries(manifest.files))
      if (name.startsWith(`${folder}/`) && there[name.slice(folder.length + 1)]?.sha256 !== sha256)
        lost.push(`${path}/${name.slice(folder.length + 1)}`)
  }
  return lost
}

/** Starts the database's service alone, restores the dump into it, and compares every row with the backup's fingerprint. */
export async function restoreDatabase(
  compose: string[],
  manifest: Manifest,
  directory: string,
): Promise<void> {
  const { service, user, name } = manifest.database
  await server`${compose} up -d ${service}`
  if (run.dryRun) return
  const container = (await read`${compose} ps -q ${service}`.text()).trim()
  await until('the database', 120, async () =>
    (await read`docker exec ${container} pg_isready -q -h 127.0.0.1 -U ${user} -d ${name}`.nothrow())
      .exitCode === 0
      ? true
      : undefined,
  )
  const database = { container, user, name }
  await server`docker exec ${container} psql -XqAt -U ${user} -d postgres -c ${`SELECT 1 FROM pg_database WHERE datname = '${name.replaceAll("'", "''")}'`} | grep -q 1 || docker exec ${container} createdb -U ${user} ${name}`
  await restoreInto(database, directory)
  const expected = readFingerprint(await read`cat ${directory}/database_fingerprint.tsv`.text())
  const wrong = differences(
    expected,
    await fingerprintOf(container, user, name),
    'the backup',
    'this machine',
  )
  if (wrong.length > 0) refuse(wrong.slice(0, 20).join('\n'))
}

/** The app's image: from the backup when it was kept there, else built from the code. */
export async function restoreImage(compose: string[], manifest: Manifest, directory: string): Promise<void> {
  const { image, keptAs, service } = manifest.app
  await server`if [ -e ${directory}/app_image.tar.gz ]; then docker load -q -i ${directory}/app_image.tar.gz; docker tag ${keptAs} ${image}
    else ${compose} build ${service}; fi >&2`
}

/** nginx on the host gets its configuration and certificates back, and is reloaded; in a container compose starts it. */
export async function restoreNginx(manifest: Manifest, directory: string): Promise<void> {
  const { nginx, nginxConf } = manifest.server
  await server`[ ! -e ${directory}/nginx_files.tar ] || sudo tar -xpf ${directory}/nginx_files.tar -C /`
  if (nginx === 'host')
    await server`case ${nginxConf} in */sites-available/*) sudo ln -sfn ${nginxConf} "/etc/nginx/sites-enabled/$(basename ${nginxConf})" ;; esac
      sudo nginx -t; if ! sudo nginx -s reload 2>/dev/null; then sudo systemctl restart nginx; fi`
}
