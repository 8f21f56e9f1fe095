import { type Found, quote, server } from '@stories/shared'

/** The words that make a command polite to the running site, on processors and disks; none for 0. */
export const gently = (nice: string): string[] =>
  nice === '0'
    ? []
    : ['nice', '-n', nice, 'ionice', ...(nice === '19' ? ['-c', '3'] : ['-c', '2', '-n', '7'])]

/** Docker's words for the same of a container: what a niceness leaves it of the processors when others want them too. */
export const shareOf = (nice: string): string[] => [
  '--cpu-shares',
  String(Math.round(1024 / 1.25 ** Number(nice))),
]

/**
 * The beginning of a bash text that works long in the database: what bounds it. Postgres' own processes do most of that
 * work, so `calm` makes them polite as well. And when the text fails, or nobody holds the lock any more because the
 * operator has gone, the sessions end: a lost `docker exec` alone would leave what it started to run to its end.
 * @param root the folder of backups, where the lock is
 * @param name what the sessions are called; whatever connects must do so with `PGAPPNAME` of that name
 */
export function bounded(
  { container, user }: Found['database'],
  root: string,
  nice: string,
  name: string,
): string {
  const inside = quote(container.name)
  const sessions = `docker exec ${inside} psql -XqAt -U ${quote(user)} -d postgres -c`
  return `end() { ${sessions} "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '${name}'" > /dev/null 2>&1 || true; }
calm() { docker exec -u postgres ${inside} renice -n ${quote(nice)} -p $(${sessions} "SELECT pid FROM pg_stat_activity WHERE application_name = '${name}'") > /dev/null 2>&1 || true; }
export -f end
flock -s ${quote(`${root}/.lock`)} bash -c 'end; kill 0' 7<&- & watch=$!
trap 'code=$?; kill "$watch" 2> /dev/null || true; [ "$code" = 0 ] || end' EXIT`
}

/** Has the server remove the scratch containers of these purposes as soon as nobody holds the lock any more. */
export async function sweepAfter(root: string, purposes: string[]): Promise<void> {
  const labels = purposes.map((purpose) => `label=stories.scratch=${purpose}`)
  await server`(flock -s ${root}/.lock true; for label in ${labels}; do docker ps -aq --filter "$label" | xargs -r docker rm -fv; done) > /dev/null 2>&1 < /dev/null 7<&- &`
}
