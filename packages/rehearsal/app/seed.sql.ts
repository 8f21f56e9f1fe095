import { readFileSync } from 'node:fs'
import type { Shape } from '../tree.ts'
import { STORIES_WITH_PDF } from './stories.ts'

interface Site {
  tables: Record<string, string>
}

/**
 * One SQL script for psql that fills v2's empty tables with production-like data: a database of about
 * `megabytes`, most of it the stories' text, the same at every run. Roles, shares and odd values (quotes,
 * non-ASCII, NULL, binary) are as on a real server. Three persons have fixed addresses: admin@, teacher@ and
 * learner@1001stories.test.
 */
export function seedSql(shape: Shape, megabytes: number): string {
  const site = JSON.parse(readFileSync(new URL(`${shape}/both/site.json`, import.meta.url), 'utf8')) as Site
  const counts = {
    users: Math.ceil(megabytes * 100),
    stories: Math.ceil(megabytes * STORIES_PER_MB),
    products: 150,
    orders: Math.ceil(megabytes * 120),
    carts: Math.ceil(megabytes * 60),
    subscriptions: Math.ceil(megabytes * 30),
    storiesWithPdf: STORIES_WITH_PDF,
  }
  const variables = Object.entries({ ...site.tables, ...counts }).map(
    ([name, value]) => `\\set ${name} '${value}'\n`,
  )
  return variables.join('') + readFileSync(new URL('seed.sql', import.meta.url), 'utf8')
}

/** Stories of 24 paragraphs that fill a megabyte on disk, where Postgres compresses them; measured. */
const STORIES_PER_MB = 130
