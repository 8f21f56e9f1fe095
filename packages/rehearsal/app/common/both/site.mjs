import { readFileSync } from 'node:fs'

/** What differs from one server to the other: table names, folders of files, whether health asks the database. */
export const { tables, folders, uploads, healthAsksDatabase } = JSON.parse(
  readFileSync(new URL('site.json', import.meta.url), 'utf8'),
)
