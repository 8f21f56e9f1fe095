import { call, type Outcome } from '../../operator.ts'
import { inside, type Practice } from '../../practice.ts'
import { CORRUPTIONS, type Corruption, FLIP, RESEAL } from './corruptions.ts'

/** How a corruption ended. */
export interface Refusal {
  name: string
  refused: boolean
  /** What verify.ts, or backup.ts, said. */
  said: string[]
}

const root = '/home/ubuntu/backups'
const words = ({ stdout, stderr }: Outcome) => `${stdout}${stderr}`

/** Spoils copies of a good backup, one after the other, and has each one verified. */
export async function spoilCopies(
  practice: Practice,
  good: string,
  names: string[],
  hear: (text: string) => void,
): Promise<Refusal[]> {
  const results: Refusal[] = []
  for (const corruption of CORRUPTIONS.filter(({ name }) => names.includes(name)))
    results.push(await spoilOne(practice, good, corruption, hear))
  return results
}

async function spoilOne(
  practice: Practice,
  good: string,
  { name, spoil, reason, resealed }: Corruption,
  hear: (text: string) => void,
): Promise<Refusal> {
  // Beside the others, under a name that no newer backup has: it must not become the current one.
  const spoilt = `${root}/20991231_235959`
  const current = () => inside(practice, `readlink ${root}/current`)
  const before = await current()
  await inside(practice, `rm -rf ${spoilt}; cp -a ${good} ${spoilt}; rm ${spoilt}/verified.json`)
  await inside(practice, `cd ${spoilt}; FLIP=$(cat); ${spoil}; chown -R ubuntu: database_backup.sql`, {
    input: FLIP,
  })
  const said: string[] = []
  let refused = true
  for (const expected of [reason, resealed]) {
    if (!expected) continue
    if (expected === resealed) await inside(practice, `cd ${spoilt}; node -`, { input: RESEAL })
    const outcome = await call(practice, 'backup/verify', ['--backup-dir', spoilt], { hear })
    said.push(words(outcome).trim())
    refused &&= outcome.code === 3 && expected.test(words(outcome)) && (await current()) === before
  }
  await inside(practice, `rm -rf ${spoilt}`)
  return { name, refused, said }
}

/** Lets backup.ts fail in the middle, and demands that what it leaves is refused. */
async function interrupted(
  practice: Practice,
  name: string,
  during: () => Promise<void>,
  reason: RegExp,
  hear: (text: string) => void,
  environment: Record<string, string> = {},
): Promise<Refusal> {
  const [backup] = await Promise.all([call(practice, 'backup/backup', [], { hear, environment }), during()])
  const verify = await call(practice, 'backup/verify', [], { hear, environment })
  return {
    name,
    refused:
      backup.code === 1 &&
      reason.test(words(backup)) &&
      verify.code === 3 &&
      /was never finished/.test(words(verify)),
    said: [words(backup).trim(), words(verify).trim()],
  }
}

/** Fills the disk of the backups while the dump is written. */
export async function fillDisk(practice: Practice, hear: (text: string) => void): Promise<Refusal> {
  const small = '/mnt/small'
  await inside(practice, `mkdir -p ${small}; mount -t tmpfs -o size=900m,mode=777 tmpfs ${small}`)
  const fill = async () => {
    await inside(
      practice,
      `for i in {1..600}; do if ls ${small}/backups/*/database_backup.sql.tmp >/dev/null 2>&1; then cat /dev/zero > ${small}/full 2>/dev/null || true; exit 0; fi; sleep 0.05; done; exit 1`,
    )
  }
  const result = await interrupted(
    practice,
    'disk full during dump',
    fill,
    /no space left on device/i,
    hear,
    {
      BACKUP_ROOT: `${small}/backups`,
    },
  )
  await inside(practice, `umount -l ${small}`)
  return result
}

/** Kills the dump half way. */
export async function killDump(practice: Practice, hear: (text: string) => void): Promise<Refusal> {
  const kill = async () => {
    await inside(
      practice,
      `for i in {1..600}; do if [ "$(stat -c %s ${root}/*/database_backup.sql.tmp 2>/dev/null | sort -n | tail -n 1)" -gt 20000000 ] 2>/dev/null; then pkill -9 -x pg_dump; exit 0; fi; sleep 0.02; done; exit 1`,
    )
  }
  const result = await interrupted(
    practice,
    'dump killed half way',
    kill,
    /pg_dump ended with 137 before its end/,
    hear,
  )
  await inside(practice, `for dir in ${root}/*/; do [ ! -e "$dir/incomplete" ] || rm -rf "$dir"; done`)
  return result
}
