import {
  bytes,
  compareHistory,
  type Found,
  migrationsIn,
  migrators,
  query,
  refuse,
  remembered,
  troubleOf,
  value,
} from '@stories/shared'
import { newLoose, unseenIn } from './before.ts'
import { freeBeside, noRoom } from './room.ts'
import { roomNeeded } from './window.ts'

// What can stand in a migration's way whatever it holds. Each gives what was seen, and refuses when it does.

/** What the database remembers of its migrations, against the branch's. */
export async function checkHistory(database: Found['database'], branch: string): Promise<string> {
  const [{ migrations }, memory] = [await migrationsIn(branch), await remembered(database)]
  const history = compareHistory(memory, migrations)
  const wrong = troubleOf(history)
  if (wrong) refuse(wrong)
  return `${memory.length} applied, ${history.pending.length} pending`
}

/** Files of the branch that Prisma passes over. */
export async function checkLoose(branch: string, old: string): Promise<string> {
  const loose = await newLoose(branch, old)
  const unseen = await unseenIn(loose)
  if (unseen.length > 0) refuse(`nothing would run what they do: ${unseen.join('; ')}`)
  return loose.map(({ name }) => name).join(', ') || 'none that are new'
}

/** Prisma's lock: somebody migrates, or died while migrating. */
export async function checkLock(database: Found['database']): Promise<string> {
  const busy = await migrators(database)
  if (busy.length > 0) refuse(busy.join('; '))
  return 'free'
}

/** Transactions that have been open for long. */
export async function checkTransactions(database: Found['database']): Promise<string> {
  const long = await query(
    database,
    'postgres',
    `SELECT pid, usename, round(extract(epoch FROM now() - xact_start)) FROM pg_stat_activity WHERE xact_start < now() - interval '5 minutes' AND pid <> pg_backend_pid()`,
  )
  if (long.length > 0)
    refuse(long.map(([pid, user, seconds]) => `process ${pid} of ${user} for ${seconds} s`).join(', '))
  return 'none over 5 minutes'
}

/** The disk that the database lies on: phase 4 makes a copy there. */
export async function checkRoom(database: Found['database']): Promise<string> {
  const size = await value(database, database.name, 'SELECT pg_database_size(current_database())')
  const [free, needed] = [await freeBeside(database), roomNeeded(Number(size))]
  const full = noRoom(free, needed)
  if (full) refuse(full)
  return `${bytes(needed)} needed, ${bytes(free)} free`
}
