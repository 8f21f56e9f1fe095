import { quote } from '@stories/shared'
import { inside, type Practice } from '../../practice.ts'

/**
 * Whatever a deployment makes for a while and must not leave behind, once a server is all new or all old: a line for each.
 * Backups that are not marked `incomplete` are read to their last byte.
 */
export async function orphans(practice: Practice): Promise<string[]> {
  const found = await inside(
    practice,
    `cd /home/ubuntu/1001project
    psql() { docker exec -i 1001-stories-db sh -c 'psql -XqAt -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d postgres' <<< "$1"; }
    docker ps -a --format '{{.Names}} {{.Labels}}' | grep -E '^stories-|stories\\.(scratch|migrator)' | sed 's/^/container /' || true
    psql "SELECT 'database ' || datname FROM pg_database WHERE datname LIKE '%\\_next'"
    psql "SELECT 'closed database ' || datname FROM pg_database WHERE NOT datallowconn AND datname <> 'template0'"
    ls -d .git/stories-nginx-conf .git/*.lock nginx/*.plain backups/*/in-progress 2>/dev/null || true
    ls -d /home/ubuntu/backups/*/{in-progress,bypass-token,tree} 2>/dev/null || true
    ls -d /home/ubuntu/backups/*/*.tmp 2>/dev/null | grep -vxf <(sed 's#/incomplete$#/.*#' <(ls -d /home/ubuntu/backups/*/incomplete 2>/dev/null)) || true
    if docker exec 1001-stories-nginx grep '# 1001-stories' /etc/hosts 2>/dev/null; then echo 'a name in the hosts of nginx'; fi
    flock -n /home/ubuntu/backups/.lock true || echo 'the lock is held'
    flock -n -x /home/ubuntu/backups/.commands true || echo 'a command still runs'`,
  )
  return [...found.split('\n').filter(Boolean), ...(await halfBackups(practice))]
}

/** Backups that pass for whole and are not. */
export async function halfBackups(practice: Practice): Promise<string[]> {
  const read = `
    const { createHash } = require('node:crypto'), { readFileSync, existsSync, readdirSync, readlinkSync } = require('node:fs')
    const root = '/home/ubuntu/backups'
    const names = readdirSync(root).filter((name) => /^\\d{8}_\\d{6}$/.test(name))
    const whole = names.filter((name) => !existsSync(root + '/' + name + '/incomplete'))
    for (const name of whole) {
      const folder = root + '/' + name
      if (!existsSync(folder + '/manifest.json')) { console.log(folder + ' has no manifest'); continue }
      const { files } = JSON.parse(readFileSync(folder + '/manifest.json'))
      for (const [file, { sha256 }] of Object.entries(files)) {
        const path = folder + '/' + file
        const hash = existsSync(path) ? createHash('sha256').update(readFileSync(path)).digest('hex') : 'missing'
        if (hash !== sha256) console.log(path + ' is not what the manifest says')
      }
    }
    for (const link of ['current', 'pinned']) {
      if (!existsSync(root + '/' + link)) { console.log(link + ' leads nowhere'); continue }
      const name = readlinkSync(root + '/' + link).split('/').pop()
      if (!whole.includes(name) || !existsSync(root + '/' + name + '/verified.json')) console.log(link + ' leads to ' + name + ', which is not verified')
    }`
  return (await inside(practice, `node -e ${quote(read)}`)).split('\n').filter(Boolean)
}
