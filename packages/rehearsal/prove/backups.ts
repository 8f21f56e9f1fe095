/** Proves that no spoilt backup passes, that no good one is refused, and that a fetched copy alone brings the site back. */
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { ends } from '../eyes.ts'
import { call } from '../operator.ts'
import { down, inside, type Practice, up } from '../practice.ts'
import { stateDir, writeJson } from '../state.ts'
import { CORRUPTIONS } from './backups/corruptions.ts'
import { drill } from './backups/drill.ts'
import { fillDisk, killDump, type Refusal, spoilCopies } from './backups/refusals.ts'
import { secretsOf, watchFor } from './backups/secrets.ts'
import { compareTimes } from './backups/time.ts'
import { writing } from './backups/writes.ts'
import { amountOf, demandPart, type Options } from './campaign.ts'

export const title = 'spoilt backups are refused, good ones are not, and a fetched copy brings the site back'

/** Of the database and of the uploads, when the time is taken; a smaller disk may want less. */
const MEGABYTES = amountOf('PROVE_MEGABYTES', 1000)
const FEW = ['one row changed', 'base backup without its WAL']

/** Takes and verifies backups while the site takes writes. Gives what was said of each one that was refused. */
async function falseAlarms(practice: Practice, count: number, hear: (text: string) => void) {
  const stop = await writing(practice)
  const alarms: string[] = []
  for (let round = 0; round < count; round++) {
    await ends(practice, 'backup/backup', [], { hear })
    const { code, stdout, stderr } = await call(practice, 'backup/verify', [], { hear })
    if (code !== 0) alarms.push(`${stdout}${stderr}`)
    await ends(practice, 'backup/prune', ['--yes'], {
      hear,
      environment: { KEEP_LAST: '2', KEEP_DAILY: '0' },
    })
  }
  return { alarms, rounds: await stop() }
}

/** Files of a backup that others than its owner could reach; and the directory of all backups itself. */
const reachable = (practice: Practice) =>
  inside(
    practice,
    `sudo -u nobody find /home/ubuntu/backups -readable 2>/dev/null || true; find /home/ubuntu/backups -maxdepth 2 -type f -perm /077 2>/dev/null || true`,
  )

/** What the campaign consists of; each part can be run alone. */
const PARTS = ['refusals', 'drill', 'time']

/**
 * The whole campaign; `short` is a part of it that fits into a test.
 * @returns the line that says what was proven; what was said of each part is in `.rehearsal/prove/backups.json`
 * @throws Error when a secret was seen, or others can read a backup
 */
export default async function backups({
  short,
  only = '',
  say,
}: Pick<Options, 'short' | 'only' | 'say'>): Promise<string> {
  demandPart(only, PARTS)
  const wanted = (part: string) => !only || only === part
  const size = only === 'time' && !short ? { sizeMb: MEGABYTES, uploadsMb: MEGABYTES } : {}
  const practice = await up({ shape: 'plan', name: 'prove-backups', ...size, say })
  const passphrase = `sentinel ${randomBytes(9).toString('base64')}`
  const secrets = { ...(await secretsOf(practice)), BACKUP_PASSPHRASE: passphrase }
  const watch = watchFor(secrets, 'rehearsal-prove-backups')
  const { hear } = watch
  const line: string[] = []
  const details: Record<string, unknown> = {}
  let wrong = false
  try {
    if (wanted('refusals')) {
      const clean = short ? 1 : 20
      const { alarms, rounds } = await falseAlarms(practice, clean, hear)
      say(`${clean} backups verified while the site was written to ${rounds} times, ${alarms.length} refused`)
      const good = (await inside(practice, 'readlink -f /home/ubuntu/backups/current')).trim()
      const names = short ? FEW : CORRUPTIONS.map(({ name }) => name)
      const refusals: Refusal[] = await spoilCopies(practice, good, names, hear)
      refusals.push(await killDump(practice, hear), await fillDisk(practice, hear))
      for (const { name, refused } of refusals) say(`${refused ? 'refused' : 'NOT REFUSED'}: ${name}`)
      const refused = refusals.filter((one) => one.refused).length
      wrong ||= refused < refusals.length || alarms.length > 0
      line.push(`corruptions refused ${refused}/${refusals.length}`, `false alarms ${alarms.length}/${clean}`)
      Object.assign(details, { alarms, rounds, refusals })
    }
    if (wanted('drill')) {
      const lost = await drill(practice, 'prove-backups-drill', passphrase, hear)
      say(`restore drill: ${lost.length === 0 ? 'every row and file as it was' : lost.join('; ')}`)
      wrong ||= lost.length > 0
      line.push(`restore drill ${lost.length === 0 ? 'ok' : 'failed'}`)
      details['lost'] = lost
    }
    const open = (await reachable(practice)).trim()
    if (wanted('time')) {
      const large =
        short || only
          ? practice
          : await up({
              shape: 'plan',
              name: 'prove-backups',
              sizeMb: MEGABYTES,
              uploadsMb: MEGABYTES,
              say,
            })
      const times = await compareTimes(large, hear)
      say(`ours ${times.ours} s, the plan's ${times.plan} s (${times.database})`)
      line.push(`backup ${(times.ours / times.plan).toFixed(2)} x the plan's time`)
      details['times'] = times
    }
    const seen = watch.end()
    writeJson(join(stateDir, 'prove/backups.json'), { ...details, open, seen })
    if (open || seen.length > 0)
      throw new Error(`readable by others: ${open || 'nothing'}; secrets seen: ${seen.join(', ') || 'none'}`)
    if (wrong) process.exitCode = 1
    return line.join(', ')
  } finally {
    watch.end()
    await down('prove-backups')
  }
}
