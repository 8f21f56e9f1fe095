import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Shape } from '../tree.ts'

const app = fileURLToPath(new URL('.', import.meta.url))

/** Stop at the first error, no chatter, and Prisma's own table as its engine creates it. */
const PREAMBLE = `\\set ON_ERROR_STOP on
SET client_min_messages = warning;
CREATE TABLE _prisma_migrations (
  id VARCHAR(36) PRIMARY KEY NOT NULL,
  checksum VARCHAR(64) NOT NULL,
  finished_at TIMESTAMPTZ,
  migration_name VARCHAR(255) NOT NULL,
  logs TEXT,
  rolled_back_at TIMESTAMPTZ,
  started_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  applied_steps_count INTEGER NOT NULL DEFAULT 0
);
`

/**
 * The SQL that brings an empty database to the state in which a server of `shape` runs v2, for psql, as the
 * database's owner. It leaves what Prisma itself would have left, so no Prisma need run.
 *
 * plan: every migration, each with its row in the history.
 * live: three old migrations with their rows; all that came later was pushed or typed in by hand, without a trace.
 */
export function schemaSql(shape: Shape): string {
  const folder = `${app}${shape}/both/prisma/migrations`
  const names = readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? [entry.name] : [],
  )
  const migrations = names.sort().map((name) => {
    const sql = readFileSync(`${folder}/${name}/migration.sql`, 'utf8')
    return `${sql}\n${historyRow(name, sql)}`
  })
  const byHand = shape === 'live' ? [`${app}live/db-push.sql`, `${folder}/published_books.sql`] : []
  return [PREAMBLE, ...migrations, ...byHand.map((path) => readFileSync(path, 'utf8'))].join('\n')
}

/** A migration's row; its times are read from its name, so that the same tree gives the same database. */
function historyRow(name: string, sql: string): string {
  const checksum = createHash('sha256').update(sql).digest('hex')
  const [, date, time] = /^(\d{8})(\d{6})_/.exec(name) ?? []
  if (!date || !time) throw new Error(`${name} is not the name of a migration`)
  const applied = `to_timestamp('${date}${time}', 'YYYYMMDDHH24MISS')`
  return `INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count)
VALUES (md5('${name}')::uuid::text, '${checksum}', ${applied}, '${name}', ${applied}, 1);
`
}
