import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { duration, quote } from '@stories/shared'
import { run } from '../../docker.ts'
import { ends, everyTable } from '../../eyes.ts'
import { patient } from '../../operator.ts'
import { inside, type Practice } from '../../practice.ts'
import type { Say } from '../../state.ts'
import { slowRoad } from './slow-road.ts'

/**
 * Stands before ssh in the operator's PATH: keeps each remote command with its stdin, its stdout and its exit code. A
 * session that waits for its command is opened once the command is there; one that gets none leaves nothing.
 */
const RECORDER = (ssh: string, to: string) => `#!/bin/bash
words=("$@")
case \${!#} in 'bash -c '*) ;; *) exec ${ssh} "$@" ;; esac
eval "set -- \${!#}"
script=$3 head=
case $script in *'head -c "$size"'*)
  IFS=' ' read -r size word || exit 255
  head="$size $word"
  script=$(head -c "$size") ;;
esac
name=${to}/$(date +%s%N)-$$
printf '%s' "$script" > "$name.command"
[ -c /dev/stdin ] || exec < <([ -z "$head" ] || printf '%s\n%s' "$head" "$script"; exec tee "$name.input")
${ssh} "\${words[@]}" > >(exec tee "$name.output")
code=$?
echo $code > "$name.code"
exit $code
`

/** A remote command as deploy.ts gave it. */
interface Command {
  name: string
  text: string
  /** What it was given on stdin; empty when nothing. */
  input: string
  output: string
  code: number
}

/** The lock is no part of the work. */
const isLock = (text: string) => text.includes('echo "ready $(cat /proc/sys/kernel/random/boot_id)"')

/** A command without what every changing one passes first, and without the word that ends a script on its way. */
export const bare = (text: string) =>
  text
    .replace(/exec 7>>[\s\S]*?\|\| true; /, '')
    .replace(/for try in \{1\.\.\d+\}[\s\S]*?sleep [\d.]+; done; /, '')
    .replace(/\n# [0-9a-f]{16}$/, '')

function recorded(folder: string): Command[] {
  const read = (file: string) => readFileSync(join(folder, file), 'utf8')
  const files = readdirSync(folder)
  return files
    .filter((file) => file.endsWith('.command'))
    .sort()
    .map((file) => file.replace(/\.command$/, ''))
    .filter((name) => files.includes(`${name}.code`)) // a lock's channel is cut off, not ended
    .map((name) => ({
      name,
      text: bare(read(`${name}.command`)),
      input: files.includes(`${name}.input`) ? read(`${name}.input`) : '',
      output: read(`${name}.output`),
      code: Number(read(`${name}.code`)),
    }))
    .filter(({ text }) => !isLock(text))
}

/**
 * One bash script that does what these commands did, one after the other. What was asked several times in a row, until it
 * was so, is asked until it ends as it did and its last line is what it was. It prints every other command that ended
 * otherwise than before.
 */
export function scriptOf(commands: Pick<Command, 'name' | 'text' | 'input' | 'code'>[]): string {
  const lines: string[] = []
  let times = 0
  for (const [place, { name, text, input, code }] of commands.entries()) {
    times++
    const next = commands[place + 1]
    if (next?.text === text && next.input === input) continue
    const from = input ? `${name}.input` : '/dev/null'
    lines.push(times > 1 ? `wait_for ${name} ${code} ${from} ${times}` : `play ${name} ${code} ${from}`)
    times = 0
  }
  return `run() { bash "$1.command" < "$3" > "$1.said" 2> "$1.complained"; }
play() {
  run "$@"; code=$?
  [ "$code" = "$2" ] || echo "$1 ended with $code, not $2: $(tail -n 3 "$1.complained")"
}
wait_for() {
  for try in $(seq $(($4 * 10))); do
    run "$@"; code=$?
    if [ "$code" = "$2" ] && [ "$(tail -n 1 "$1.said")" = "$(tail -n 1 "$1.output")" ]; then return; fi
    sleep 0.1
  done
}
${lines.join('\n')}
exit 0
`
}

/** The settings with which the scripts reach a server over another port of this machine. */
const by = (port: number) => ({ SERVER_HOST: '127.0.0.1', SERVER_PORT: String(port) })

/** Runs all of deploy.ts on a fresh server, from the backup to the last check. Gives milliseconds. */
async function deploy(practice: Practice, environment: Record<string, string>): Promise<number> {
  const consent = await everyTable(practice)
  const options = { environment: { ...patient, ...environment }, timeout: 1_800_000 }
  return (await ends(practice, 'deploy/deploy', ['--yes', '--consent', consent], options)).ms
}

/** So many commands may end otherwise than they did. */
const FEW = 3

/** What runs for long watches the lock, and ends when nobody holds it: here the script itself does. */
const ALONE = 'umask 077; mkdir -p /home/ubuntu/backups; exec 9>> /home/ubuntu/backups/.lock; flock -x 9\n'

/** Runs the commands in one bash script over one connection of its own. Gives milliseconds. */
async function play(practice: Practice, folder: string, port: number, say: Say): Promise<number> {
  await run`docker cp ${folder}/. ${practice.container}:/home/ubuntu/bare`
  await inside(practice, 'chown -R ubuntu:ubuntu /home/ubuntu/bare')
  const script = `${ALONE}cd /home/ubuntu/bare\n${scriptOf(recorded(folder))}`
  const since = performance.now()
  const options = [
    'StrictHostKeyChecking=no',
    'UserKnownHostsFile=/dev/null',
    'LogLevel=ERROR',
    'ControlMaster=no',
  ]
  const said = await run({
    input: script,
  })`ssh -T -i ${practice.sshKey} -p ${port} ${options.flatMap((option) => ['-o', option])} ubuntu@127.0.0.1 bash`
  const ms = performance.now() - since
  const otherwise = said.stdout.split('\n').filter((line) => line.includes(' ended with '))
  for (const line of otherwise) say(`in the bare script ${line}`)
  // Some look at what only our run has made, such as the answer to a visit. More than a few, and it is not the same work.
  if (otherwise.length > FEW) throw new Error('the bare script did not do what deploy.ts did')
  return ms
}

/** What deploying took, by deploy.ts and by the same commands in one bash script, in milliseconds. */
export interface Total {
  roundTrip: number
  ours: number
  bare: number
  commands: number
}

/**
 * Deploys by deploy.ts, and by the very commands that it gave the server in one bare script over one connection, each on a
 * fresh server and on a road of the same length.
 * @param fresh brings up the server in its first state
 */
export async function compareWithBare(
  fresh: () => Promise<Practice>,
  roundTrips: number[],
  say: Say,
): Promise<Total[]> {
  const folder = mkdtempSync(join(tmpdir(), 'bare-'))
  const programs = join(folder, 'bin')
  const commands = join(folder, 'commands')
  for (const one of [programs, commands]) mkdirSync(one)
  const ssh = (await run`command -v ssh`).stdout.trim()
  writeFileSync(join(programs, 'ssh'), RECORDER(quote(ssh), quote(commands)))
  chmodSync(join(programs, 'ssh'), 0o755)
  try {
    const wired = await fresh()
    await deploy(wired, { PATH: `${programs}:${process.env['PATH']}` })
    const kept = recorded(commands)
    for (const { name, text } of kept) writeFileSync(join(commands, `${name}.command`), text)
    say(`deploy.ts gives the server ${kept.length} commands`)
    const totals: Total[] = []
    for (const roundTrip of roundTrips) {
      const times: number[] = []
      for (const go of [play, deploy] as const) {
        const practice = await fresh()
        const road = await slowRoad({ host: practice.address, port: 22 }, roundTrip)
        try {
          times.push(
            go === play
              ? await play(practice, commands, road.port, say)
              : await deploy(practice, by(road.port)),
          )
        } finally {
          road.close()
        }
      }
      const [one = 0, ours = 0] = times
      totals.push({ roundTrip, ours, bare: one, commands: kept.length })
      say(
        `at ${roundTrip} ms: deploy.ts ${duration(ours)}, one bare script ${duration(one)}: ${(ours / one).toFixed(2)} ×`,
      )
    }
    return totals
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
