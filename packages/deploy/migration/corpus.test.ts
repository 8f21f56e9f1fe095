import { test } from 'uvu'
import { equal, is, ok } from 'uvu/assert'
import { classify, summary } from './classify.ts'
import { corpus, judgeCorpus } from './corpus.ts'

const samples = corpus()

test('no migration that loses data or breaks the old code is called additive', async () => {
  const { unsafe, refused, line } = await judgeCorpus()
  console.log(line)
  for (const name of refused) console.log(`  called unsafe, and is additive: ${name}`)
  equal(unsafe, [])
})

test('at most one additive migration in twenty is called something else', async () => {
  const { refused } = await judgeCorpus()
  const additive = samples.filter((sample) => sample.additive)
  ok(refused.length <= additive.length / 20, `${refused.length} of ${additive.length}: ${refused.join('; ')}`)
})

test('everything that a migration loses is named, and can be counted', async () => {
  for (const { name, sql, loses } of samples) {
    const found = (await classify(sql)).flatMap((it) => it.loses ?? [])
    const named = found.map((loss) => `${loss.what} ${loss.name}`)
    for (const loss of loses) ok(named.includes(loss), `${name}: ${loss} is not in [${named.join(', ')}]`)
    for (const { query } of found) ok(/^(SELECT|WITH)\b/.test(query), `${name}: ${query}`)
  }
})

test('every migration that its rows stop was said to be able to fail', async () => {
  for (const { name, sql } of samples.filter(({ fails }) => fails)) {
    const { mayFail, problems, opaque } = summary(await classify(sql))
    ok(mayFail.length + problems.length + opaque.length > 0, name)
  }
})

test('a dangerous migration stays dangerous after a harmless one, and before it', async () => {
  const harmless = samples.filter(({ additive }) => additive)
  const dangerous = samples.filter(({ additive }) => !additive)
  for (const [i, { name, sql }] of dangerous.entries()) {
    const other = harmless[i % harmless.length]!
    is(summary(await classify(`${other.sql};\n${sql}`)).additive, false, `${other.name}, then ${name}`)
    is(summary(await classify(`${sql};\n${other.sql}`)).additive, false, `${name}, then ${other.name}`)
  }
})

test('the corpus is as large as was asked for, and no label says two things', () => {
  ok(samples.length >= 70)
  equal(new Set(samples.map(({ name }) => name)).size, samples.length)
  for (const { name, additive, breaksOldCode, opaque, loses } of samples) {
    is(additive, !(breaksOldCode || opaque || loses.length > 0), name)
  }
})

test.run()
