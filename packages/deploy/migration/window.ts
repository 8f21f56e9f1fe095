import {
  bytes,
  countRows,
  duration,
  type Opened,
  query,
  refuse,
  run,
  type Scratch,
  value,
} from '@stories/shared'
import { reachedIn } from './migrator.ts'
import type { Tried } from './try.ts'

/** What phase 4 will take, by what it took on the scratch copy. Milliseconds. */
export interface Prediction {
  /** The copy by TEMPLATE, for the size that production has. */
  copy: number
  /** The proven recipe, its check by Prisma included. */
  migrate: number
  /** Looking round, checking, counting rows, swapping: what no size changes much. */
  rest: number
  ms: number
}

/** What was measured on the scratch copy; times in milliseconds, sizes in bytes. */
export interface Measured {
  copy: number
  size: number
  migrate: number
  /** Opening a script: reaching the server and looking at all that is there. */
  open: number
  /** One question to the database and its answer. */
  question: number
  /** The rows of every table counted once. */
  counting: number
}

/** Questions and commands that phase 4 sends besides, each as long as a question. */
const QUESTIONS = 14

/** Foretells how long phase 4 takes on a database of this size. */
export function predict(
  { copy, size, migrate, open, question, counting }: Measured,
  production: number,
): Prediction {
  const scaled = copy * Math.max(1, production / Math.max(size, 1))
  const rest = open + QUESTIONS * question + counting * 2
  const whole = { copy: scaled, migrate, rest, ms: scaled + migrate + rest }
  return Object.fromEntries(
    Object.entries(whole).map(([name, ms]) => [name, Math.round(ms)]),
  ) as unknown as Prediction
}

/** A prediction in a line. */
export const inWords = ({ copy, migrate, rest, ms }: Prediction, production: number) =>
  `phase 4 will take ${duration(ms)}: copying ${bytes(production)} ${duration(copy)}, migrating ${duration(migrate)}, the rest ${duration(rest)}`

/** Room that phase 4 needs beside the database: for a copy, as large as it becomes, and what Postgres writes meanwhile. */
export const roomNeeded = (before: number, after = before) =>
  Math.ceil(Math.max(before, after) * 1.2) + 256 * 1024 ** 2

/**
 * Foretells phase 4 from what was seen on the scratch copy.
 * @param open milliseconds that it took until this script had looked round
 * @throws Stop (exit 3) when phase 4 would take longer than MIGRATION_MINUTES
 */
export async function foretell(
  { database, settings }: Opened,
  scratch: Scratch,
  tried: Tried,
  open: number,
): Promise<{ predicted: Prediction; room: number; size: number }> {
  const inside = reachedIn(database, scratch.container)
  const timed = async (work: () => Promise<unknown>) => {
    const since = performance.now()
    await work()
    return performance.now() - since
  }
  const size = Number(await value(database, database.name, 'SELECT pg_database_size(current_database())'))
  const question = run.dryRun ? 0 : await timed(() => query(inside, tried.name, 'SELECT 1'))
  const counting = run.dryRun ? 0 : await timed(() => countRows(inside, tried.name))
  const measured = { copy: tried.copy, size: tried.size, migrate: tried.ms, open, question, counting }
  const predicted = predict(measured, size)
  if (predicted.ms > Number(settings.MIGRATION_MINUTES) * 60_000)
    refuse(
      `Too slow for the window: ${inWords(predicted, size)}; MIGRATION_MINUTES=${settings.MIGRATION_MINUTES} allows less`,
      'make the migration faster, or set MIGRATION_MINUTES to what visitors can wait',
    )
  const growth = tried.grown - tried.size
  return { predicted, room: roomNeeded(size, size + growth), size }
}
