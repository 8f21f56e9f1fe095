import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import { equal, is, ok } from 'uvu/assert'
import { ROOT } from '../../shared/settings.ts'
import { cases } from './errata.ts'

const page = readFileSync(join(ROOT, 'docs/differences.md'), 'utf8')
const rows = [...page.matchAll(/^\| (E\d+) \|.*\| (.*) \|$/gm)].map(([, id, by = '']) => ({ id, by }))

test('docs/differences.md says "errata" for exactly what the campaign tries', () => {
  equal(
    cases.map(({ id }) => id),
    rows.filter(({ by }) => by.split(', ').includes('errata')).map(({ id }) => id),
  )
})

test('each difference is tried once', () => {
  is(new Set(cases.map(({ id }) => id)).size, cases.length)
})

test('the short subset has enough to be worth a run, on the shape that is up in the tests', () => {
  const short = cases.filter((each) => each.short)
  ok(short.length >= 8)
  ok(short.every(({ shape }) => shape === 'plan'))
})

test.run()
