import { ends } from '../../eyes.ts'
import { inside, type Practice } from '../../practice.ts'
import { LITERAL } from './literal.ts'

/** Seconds that the same data took each way. */
export interface Times {
  plan: number
  ours: number
  database: string
}

/** Takes the same data both ways on one server, one after the other: first ours, then the plan's section 1. */
export async function compareTimes(practice: Practice, hear: (text: string) => void): Promise<Times> {
  // Both read the same files: neither is to find them colder than the other.
  await inside(practice, 'find /home/ubuntu/1001project -type f -exec cat {} + > /dev/null; sync')
  const ours = await ends(practice, 'backup/backup', [], { hear, timeout: 1_800_000 })
  await inside(practice, 'sync')
  const since = Date.now()
  await inside(practice, 'sudo -u ubuntu bash', { input: LITERAL })
  const plan = Date.now() - since
  const database = await inside(
    practice,
    `docker exec 1001-stories-db psql -XqAt -U postgres stories_db -c "SELECT pg_size_pretty(pg_database_size('stories_db'))"; du -sh /home/ubuntu/1001project/public; rm -rf /home/ubuntu/literal`,
  )
  return { plan: plan / 1000, ours: ours.ms / 1000, database: database.replaceAll('\n', ' ').trim() }
}
