import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { classify, summary } from './classify.ts'

/** One labelled migration. Its label was written from what Postgres and Prisma do, not from what classify() says. */
export type Sample = {
  name: string
  sql: string
  /** The old code goes on working on the migrated database and nothing stored is lost or overwritten. */
  additive: boolean
  breaksOldCode: boolean
  /** Code that can't be judged from its text: a block, a function's call, another program. */
  opaque: boolean
  /** What is lost, in the words of classify(): "column users.phone". */
  loses: string[]
  /** What goes with it by a cascade or a trigger, which only the copy can show. */
  along: string[]
  /** The SQLSTATE that it ends with on corpus/before.sql, as one simple query. */
  fails?: string
  /** It has to be run by itself, outside every transaction. */
  apart: boolean
}

const folder = fileURLToPath(new URL('corpus/', import.meta.url))
const schema = ['before.sql', 'old-code.sql']

/** The schema and rows that every sample starts from, and what the old code does with them. */
export const [before, oldCode] = schema.map((file) => folder + file) as [string, string]

/** All samples, file by file. In a file each starts with two lines: `--- its name` and `--- its label`. */
export function corpus(): Sample[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.sql') && !schema.includes(file))
  return files.sort().flatMap((file) => {
    const parts = readFileSync(folder + file, 'utf8').split(/^--- (.+)\n--- (.+)\n/m)
    return parts
      .slice(1)
      .flatMap((part, i, all) => (i % 3 === 0 ? [sample(part, all[i + 1]!, all[i + 2]!)] : []))
  })
}

function sample(name: string, label: string, sql: string): Sample {
  const words = label.split(', ')
  const after = (word: string) =>
    words.flatMap((text) => (text.startsWith(word) ? [text.slice(word.length)] : []))
  const [fails] = after('fails ')
  return {
    name,
    sql: sql.trim(),
    additive: words.includes('additive'),
    breaksOldCode: words.includes('breaks'),
    opaque: words.includes('opaque'),
    loses: after('loses '),
    along: after('along '),
    apart: words.includes('apart'),
    ...(fails && { fails }),
  }
}

/** How the classifier does on the corpus: the names of samples that it calls additive and aren't, and the reverse. */
export async function judgeCorpus(): Promise<{
  samples: Sample[]
  unsafe: string[]
  refused: string[]
  line: string
}> {
  const samples = corpus()
  const verdicts = await Promise.all(samples.map(async ({ sql }) => summary(await classify(sql)).additive))
  const names = (wrong: (sample: Sample, additive: boolean) => boolean) =>
    samples.filter((sample, i) => wrong(sample, verdicts[i]!)).map(({ name }) => name)
  const unsafe = names((sample, additive) => additive && !sample.additive)
  const refused = names((sample, additive) => !additive && sample.additive)
  const share = (100 * refused.length) / samples.filter(({ additive }) => additive).length
  const line = `corpus ${samples.length}: unsafe called additive ${unsafe.length}, additive called unsafe ${share.toFixed(1)} %`
  return { samples, unsafe, refused, line }
}
