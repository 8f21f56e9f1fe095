/** Everything that a run which changes nothing must leave as it was, a line for each fact. */
import { databases } from './eyes.ts'
import { fingerprint, inside, type Practice } from './practice.ts'

/** Files (but for the lock's own) with owner, mode, size and time; Docker's images, containers, volumes and networks; every row of every table. */
export async function inventory(practice: Practice): Promise<string[]> {
  // The first time that its user calls it, sudo leaves a mark in his home: let it be there already.
  const facts = await inside(
    practice,
    `sudo -u ubuntu sudo true
    find /home /etc /srv/git -type d -printf '%p %M %u:%g\\n' | sort
    find /home /etc /srv/git ! -type d ! -path '/home/ubuntu/backups/.*' -printf '%p %M %u:%g %s %T@ %l\\n' | sort
    docker images -a --no-trunc --format 'image {{.ID}} {{.Repository}}:{{.Tag}}' | sort
    docker ps -aq | xargs docker inspect --format 'container {{.Name}} {{.Id}} {{.Image}} {{.State.Status}} {{.State.StartedAt}}' | sort
    docker volume ls --format 'volume {{.Name}}' | sort
    docker network ls --format 'network {{.Name}} {{.ID}}' | sort`,
  )
  const { schema, data } = await fingerprint(practice)
  const rows = Object.entries({ ...schema, ...data }).map(([name, value]) => `${name}: ${value}`)
  return [...facts.trim().split('\n'), `databases ${await databases(practice)}`, ...rows]
}

/** The lines that only one of two inventories has, marked with - and +. */
export function changes(before: string[], after: string[]): string[] {
  const [old, now] = [new Set(before), new Set(after)]
  return [
    ...before.filter((line) => !now.has(line)).map((line) => `- ${line}`),
    ...after.filter((line) => !old.has(line)).map((line) => `+ ${line}`),
  ]
}
