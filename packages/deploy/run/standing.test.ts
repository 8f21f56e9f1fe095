import { test } from 'uvu'
import { equal, is, match } from 'uvu/assert'
import { type Facts, readJournal, verdict } from './standing.ts'

const old: Facts = {
  code: 'old',
  app: 'old',
  database: 'old',
  page: 'off',
  site: 200,
  unfinished: false,
  fenced: [],
  holder: '',
}
const state = (facts: Partial<Facts>) => verdict({ ...old, ...facts }).state
const next = (facts: Partial<Facts>) => verdict({ ...old, ...facts }).next

test('all old and all new are told from mixed', () => {
  match(state({}), /^All old/)
  match(state({ code: 'new', app: 'new', database: 'new' }), /^All new/)
  match(state({ code: 'new' }), /^Mixed/)
  match(next({ code: 'new' }), /immediate/)
})

test("a database that serves both is in nobody's way", () => {
  match(state({ database: 'both' }), /^All old.*serves both/)
  match(state({ code: 'new', app: 'new', database: 'both' }), /^All new/)
  match(state({ code: 'new', database: 'both' }), /^Mixed/)
})

test('an unfinished deployment offers both ways, and says how each part stands', () => {
  match(
    state({ unfinished: true, code: 'new', app: 'stopped', page: 'on' }),
    /code new, app stopped, database old, maintenance page on/,
  )
  match(next({ unfinished: true }), /--resume, or .*immediate/)
})

test('somebody at work comes before everything else', () => {
  match(state({ unfinished: true, holder: 'ann@laptop deploy' }), /ann@laptop/)
})

test('a page without a deployment, and a site that does not answer, have a next command', () => {
  match(next({ page: 'on' }), /immediate/)
  match(next({ site: 502 }), /bad-gateway/)
})

test('a database that a death has left closed is found', () => {
  match(state({ fenced: ['stories_db'] }), /closed to sessions \(stories_db\)/)
})

test('a journal whose last line was cut by a crash is read up to it', () => {
  const journal = readJournal('{"at":"1","who":"a","script":"phase1"}\n{"at":"2","wh')
  equal(
    journal.map(({ at }) => at),
    ['1'],
  )
  is(readJournal('').length, 0)
})

test.run()
