import { bytes, type Manifest, read, refuse, type Settings } from '@stories/shared'

/** What an empty machine answered. */
interface Machine {
  tools: string[]
  compose: string
  project: boolean
  containers: string[]
  free: number
}

/** Reads the machine's answer. */
export function readMachine(answer: string): Machine {
  const value = (key: string) => new RegExp(`^${key}=(.*)$`, 'm').exec(answer)?.[1] ?? ''
  return {
    tools: value('tools').split(' ').filter(Boolean),
    compose: value('compose'),
    project: value('project') === 'yes',
    containers: value('containers').split(' ').filter(Boolean),
    free: Number(value('free')),
  }
}

/** What speaks against bringing up the site there, a line each: what is missing, and what is there already. */
export function obstacles(machine: Machine, manifest: Manifest, settings: Settings): string[] {
  const wanted = ['docker', 'git', 'rsync', 'tar', ...(manifest.server.nginx === 'host' ? ['nginx'] : [])]
  const lacking = wanted.filter((tool) => !machine.tools.includes(tool))
  const size = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0)
  // The backup itself, what is unpacked from it, the database, and an image.
  const need = 2 * size + manifest.database.bytes + 2 * 1024 ** 3
  return [
    ...(lacking.length > 0 ? [`it lacks ${lacking.join(', ')}`] : []),
    ...(machine.compose ? [] : ['it has neither docker-compose nor docker compose']),
    ...(machine.project ? [`${settings.PROJECT_DIR} is there already`] : []),
    ...(machine.containers.length > 0 ? [`there are containers: ${machine.containers.join(', ')}`] : []),
    ...(machine.free < need ? [`it has ${bytes(machine.free)} free, ${bytes(need)} are needed`] : []),
  ]
}

/**
 * Makes sure that the machine is empty and has what the site needs.
 * @returns the words of its compose
 * @throws Stop (exit 3) with everything that speaks against it
 */
export async function checkMachine(settings: Settings, manifest: Manifest): Promise<string[]> {
  const answer = await read`echo "tools=$(for tool in docker git rsync tar nginx; do
      if sudo sh -c "command -v $tool" > /dev/null; then printf '%s ' "$tool"; fi; done)"
    if docker-compose version > /dev/null 2>&1; then echo compose=docker-compose
    elif docker compose version > /dev/null 2>&1; then echo 'compose=docker compose'; fi
    [ ! -e ${settings.PROJECT_DIR} ] || echo project=yes
    echo "containers=$(docker ps -aq --format '{{.Names}}' | paste -sd ' ')"
    echo "free=$(df -B1 --output=avail / | tail -n 1 | tr -d ' ')"`.text()
  const machine = readMachine(answer)
  const wrong = obstacles(machine, manifest, settings)
  if (wrong.length > 0)
    refuse(
      `${settings.SERVER_HOST} is not an empty machine that the site could come up on:\n${wrong.join('\n')}`,
      'a server where the site is, or was, is rolled back: tsx packages/rollback/immediate.ts',
    )
  return (settings.COMPOSE || machine.compose).split(' ')
}
