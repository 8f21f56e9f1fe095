import { spawnSync } from 'node:child_process'

export type Run = { ok: boolean; out: string; error: string }

/** All values of each column, by table and column number. */
export type Rows = Map<string, { name: string; values: string[] }>

/** Runs psql as PGHOST, PGPORT and PGUSER say; an error is given as its SQLSTATE. */
export function psql(database: string, ...args: string[]): Run {
  const flags = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=sqlstate']
  const { status, stdout, stderr } = spawnSync('psql', [...flags, '-d', database, ...args], {
    encoding: 'utf8',
  })
  return { ok: status === 0, out: stdout, error: stderr.trim() }
}

/** Makes the database `sample` anew, and undoes what a migration may have done to the server's roles. */
export function fresh(): void {
  psql('postgres', '-c', 'DROP DATABASE IF EXISTS sample')
  psql('postgres', '-c', 'ALTER ROLE old_code LOGIN', '-c', 'ALTER ROLE old_code RESET ALL')
  psql('postgres', '-c', 'DROP ROLE IF EXISTS reports')
  const made = psql('postgres', '-c', 'CREATE DATABASE sample TEMPLATE corpus')
  if (!made.ok) throw new Error(made.error)
}

// Tables and columns are known by their numbers: a renamed one is not a lost one.
const everything = `
  SELECT c.oid || '.' || a.attnum, concat_ws('.', nullif(n.nspname, 'public'), c.relname, a.attname),
    (xpath('//v/text()', query_to_xml(
      format('SELECT coalesce(json_agg(%I::text), ''[]'') AS v FROM ONLY %I.%I', a.attname, n.nspname, c.relname),
      false, false, '')))[1]::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relkind = 'r' AND n.nspname IN ('public', 'audit') AND a.attnum > 0 AND NOT a.attisdropped`

export function rowsOf(database: string): Rows {
  const { ok, out, error } = psql(database, '-c', everything)
  if (!ok) throw new Error(error)
  const lines = out.split('\n').filter(Boolean)
  return new Map(
    lines.map((line) => {
      const [, key, name, values] = /^(.*?)\|(.*?)\|(.*)$/.exec(line)!
      return [key!, { name: name!, values: JSON.parse(values!) as string[] }]
    }),
  )
}

/** Tables, columns, rows and values that were there and are no more, by the labels' names. */
export function lost(was: Rows, is: Rows): string[] {
  const tables = new Set([...is.keys()].map((key) => key.split('.')[0]))
  const found = [...was].flatMap(([key, { name, values }]) => {
    const table = name.slice(0, name.lastIndexOf('.'))
    const now = is.get(key)
    if (!tables.has(key.split('.')[0])) return [`table ${table}`]
    if (!now) return [`column ${name}`]
    if (now.values.length < values.length) return [`rows ${table}`]
    const left = [...now.values]
    const gone = values.some((value) => !left.includes(value) || !left.splice(left.indexOf(value), 1))
    return gone ? [`values ${name}`] : []
  })
  return [...new Set(found)].sort()
}
