/**
 * Holds the corpus against a real Postgres: every migration is run on a copy of before.sql, the old code is run
 * before and after, and what became of the rows is compared with the label. The queries of classify() are asked
 * first, and what they foretell is compared with what happens.
 *
 * Usage: PGHOST=… PGPORT=… PGUSER=a-superuser npx tsx packages/deploy/migration/corpus/check.ts [words of a sample's name]
 *
 * Use a throw-away cluster: it makes the role old_code and the databases corpus and sample. Two or three minutes.
 */
import { classify, summary } from '../classify.ts'
import { before, corpus, oldCode, type Sample } from '../corpus.ts'
import { fresh, lost, psql, rowsOf } from './copy.ts'

psql('postgres', '-c', 'DROP DATABASE IF EXISTS sample')
psql('postgres', '-c', 'DROP DATABASE IF EXISTS corpus')
psql('postgres', '-c', 'DROP ROLE IF EXISTS old_code', '-c', 'CREATE DATABASE corpus')
const prepared = psql('corpus', '-f', before)
fresh() // the old code moves the sequences: it has a copy of its own
const old = psql('sample', '-U', 'old_code', '-f', oldCode)
if (!prepared.ok || !old.ok) throw new Error(prepared.error || old.error)
const rows = rowsOf('corpus')

const wanted = corpus().filter(({ name }) => name.includes(process.argv.slice(2).join(' ')))
let wrong = 0
for (const sample of wanted) {
  fresh()
  const applied = psql('sample', '-c', sample.sql)
  const faults = applied.ok ? await went(sample) : await failed(sample, applied.error)
  if (faults.length > 0) wrong++
  for (const fault of faults) console.log(`${sample.name}: ${fault}`)
}
console.log(`${wanted.length} migrations run on Postgres, ${wrong} with a wrong label or a wrong answer`)
process.exitCode = wrong > 0 ? 1 : 0

async function failed(sample: Sample, error: string): Promise<string[]> {
  if (!sample.fails || !error.includes(sample.fails)) return [`fails with ${error}`]
  const { mayFail, problems, opaque } = summary(await classify(sample.sql))
  const warned =
    mayFail.some(({ mayFail: it }) => ask(it?.query) !== 0) || problems.length + opaque.length > 0
  return warned ? [] : ['fails, and nothing foretold it']
}

async function went(sample: Sample): Promise<string[]> {
  if (sample.fails) return [`should fail with ${sample.fails}`]
  const gone = lost(rows, rowsOf('sample'))
  const now = psql('sample', '-U', 'old_code', '-f', oldCode)
  const works = now.ok && now.out === old.out
  if (sample.breaksOldCode && works) console.log(`  not seen to break: ${sample.name}`)
  const known = [...sample.loses, ...sample.along]
  const unlabelled = sample.opaque ? [] : gone.filter((loss) => !known.includes(loss))
  return [
    ...(sample.additive && !works
      ? [`breaks the old code: ${now.error || difference(old.out, now.out)}`]
      : []),
    ...unlabelled.map((loss) => `lost, and not labelled: ${loss}`),
    ...(await foretold(sample, gone)),
  ]
}

/** What the queries said of the database as it was, against what is gone now. */
async function foretold(sample: Sample, gone: string[]): Promise<string[]> {
  const { mayFail, destructive } = summary(await classify(sample.sql))
  const alarms = mayFail.filter(({ mayFail: it }) => (ask(it?.query) ?? 0) !== 0)
  const losses = destructive.map(({ kind, loses }) => ({ kind, ...loses!, count: ask(loses?.query) }))
  return [
    ...alarms.map(({ mayFail: it }) => `goes through, against ${it?.query}`),
    ...losses.flatMap(({ kind, what, name, query, count }) => {
      if (count === 'error') return [`can't be asked: ${query}`]
      const isGone = gone.includes(`${what} ${name}`)
      if (isGone && count === 0 && what !== 'table') return [`${what} ${name} is lost, against ${query}`]
      // A detached partition and an unlogged table still have their rows.
      const isSeen = !/^(detach|set un)/.test(kind) && ['column', 'rows', 'values'].includes(what)
      return isSeen && !isGone && count !== 0
        ? [`${what} ${name} is there, against ${count} of ${query}`]
        : []
    }),
  ]
}

/** A count, an error, or nothing where there is no query. */
function ask(query: string | undefined): number | 'error' | undefined {
  if (!query) return undefined
  const { ok, out } = psql('corpus', '-c', query)
  return ok ? Number(out) : 'error'
}

function difference(was: string, is: string): string {
  const now = is.split('\n')
  const lines = was.split('\n').flatMap((line, i) => (line === now[i] ? [] : [`${line} -> ${now[i]}`]))
  return lines.join('; ')
}
