/**
 * Holds the corpus against a real Postgres: every migration is run on a copy of before.sql, the old code is run
 * before and after, and what became of the rows is compared with the label.
 *
 * Usage: PGHOST=… PGPORT=… PGUSER=a-superuser npx tsx packages/deploy/corpus/check.ts [words of a sample's name]
 *
 * Use a throw-away cluster: it creates the role old_code and the databases corpus and sample. About a minute.
 */
import { spawnSync } from 'node:child_process'
import { before, corpus, oldCode, type Sample } from '../corpus.ts'

type Run = { ok: boolean; out: string; error: string }
type Rows = Map<string, { name: string; values: string[] }>

function psql(database: string, ...args: string[]): Run {
  const flags = ['-X', '-q', '-A', '-t', '-v', 'ON_ERROR_STOP=1', '-v', 'VERBOSITY=sqlstate']
  const { status, stdout, stderr } = spawnSync('psql', [...flags, '-d', database, ...args], {
    encoding: 'utf8',
  })
  return { ok: status === 0, out: stdout, error: stderr.trim() }
}

// Tables and columns are known by their numbers: a renamed one is not a lost one.
const everything = `
  SELECT c.oid || '.' || a.attnum, concat_ws('.', nullif(n.nspname, 'public'), c.relname, a.attname),
    (xpath('//v/text()', query_to_xml(
      format('SELECT coalesce(json_agg(%I::text), ''[]'') AS v FROM ONLY %I.%I', a.attname, n.nspname, c.relname),
      false, false, '')))[1]::text
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid
  WHERE c.relkind = 'r' AND n.nspname IN ('public', 'audit') AND a.attnum > 0 AND NOT a.attisdropped`

function rowsOf(database: string): Rows {
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

/** Tables, columns and values that were there and are no more, by the labels' names. */
function lost(was: Rows, is: Rows): string[] {
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

function fresh(): void {
  psql('postgres', '-c', 'DROP DATABASE IF EXISTS sample')
  psql('postgres', '-c', 'ALTER ROLE old_code LOGIN', '-c', 'ALTER ROLE old_code RESET ALL')
  psql('postgres', '-c', 'DROP ROLE IF EXISTS reports')
  const made = psql('postgres', '-c', 'CREATE DATABASE sample TEMPLATE corpus')
  if (!made.ok) throw new Error(made.error)
}

function examine(sample: Sample, answers: string, rows: Rows): string[] {
  fresh()
  const applied = psql('sample', '-c', sample.sql)
  if (sample.fails)
    return applied.error.includes(sample.fails) ? [] : [`should fail with ${sample.fails}: ${applied.error}`]
  if (!applied.ok) return [`does not apply: ${applied.error}`]
  const gone = lost(rows, rowsOf('sample'))
  const old = psql('sample', '-U', 'old_code', '-f', oldCode)
  const works = old.ok && old.out === answers
  const unlabelled = gone.filter(
    (loss) => !sample.opaque && ![...sample.loses, ...sample.along].includes(loss),
  )
  const faults = unlabelled.map((loss) => `lost, and not labelled: ${loss}`)
  if (sample.additive && !works)
    faults.push(`breaks the old code: ${old.error || difference(answers, old.out)}`)
  if (sample.breaksOldCode && works) console.log(`  not seen to break: ${sample.name}`)
  for (const loss of sample.loses)
    if (!gone.includes(loss)) console.log(`  not seen to be lost: ${loss} (${sample.name})`)
  return faults
}

function difference(was: string, is: string): string {
  const now = is.split('\n')
  return was
    .split('\n')
    .flatMap((line, i) => (line === now[i] ? [] : [`${line} -> ${now[i]}`]))
    .join('; ')
}

for (const name of ['sample', 'corpus']) psql('postgres', '-c', `DROP DATABASE IF EXISTS ${name}`)
psql('postgres', '-c', 'DROP ROLE IF EXISTS old_code', '-c', 'CREATE DATABASE corpus')
const prepared = psql('corpus', '-f', before)
fresh() // the old code moves the sequences: it has a copy of its own
const old = psql('sample', '-U', 'old_code', '-f', oldCode)
if (!prepared.ok || !old.ok) throw new Error(prepared.error || old.error)
const rows = rowsOf('corpus')
const wanted = corpus().filter((sample) => sample.name.includes(process.argv.slice(2).join(' ')))
let wrong = 0
for (const sample of wanted) {
  const faults = examine(sample, old.out, rows)
  if (faults.length > 0) wrong++
  for (const fault of faults) console.log(`${sample.name}: ${fault}`)
}
console.log(`${wanted.length} migrations run on Postgres, ${wrong} with a wrong label`)
process.exitCode = wrong > 0 ? 1 : 0
