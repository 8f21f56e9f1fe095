import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import { keptName, wayBack, writtenSince } from './restore.ts'

const names = {
  live: 'stories_db',
  next: 'stories_db_next',
  before: 'stories_db_before_1',
  after: 'stories_db_after_1',
}
const standing = (swapped: boolean, ...present: string[]) => ({
  swapped,
  inPlace: false,
  present: new Set(present),
})

test('nothing is done while the live database is the old one, whatever else lies about', () => {
  is(wayBack(standing(false, 'stories_db', 'stories_db_next'), names), 'nothing')
})

test('the names are swapped back while the old database stands beside', () => {
  is(wayBack(standing(true, 'stories_db', 'stories_db_before_1'), names), 'swap')
})

test('the dump is used when the old database is gone, or there is no live one at all', () => {
  is(wayBack(standing(true, 'stories_db'), names), 'dump')
  is(wayBack(standing(false), names), 'dump')
})

test('a database that was migrated where it stands stays: the old code runs on it, and no row is taken back', () => {
  is(wayBack({ ...standing(true, 'stories_db'), inPlace: true }, names), 'nothing')
  is(wayBack({ ...standing(false, 'stories_db'), inPlace: true }, names), 'nothing')
})

test('a second rollback of one release never takes a name that is in use', () => {
  is(keptName(names, new Set()), 'stories_db_after_1')
  is(keptName(names, new Set(['stories_db_after_1', 'stories_db_after_1_2'])), 'stories_db_after_1_3')
})

test('what was written since is counted by table, more or fewer', () => {
  const before = new Map([
    ['public.User', 5],
    ['public.Story', 3],
  ])
  const now = new Map([
    ['public.User', 6],
    ['public.Story', 2],
    ['public.Esl', 4],
    ['public.Tag', 0],
  ])
  equal(writtenSince(before, now), [
    { name: 'public.User', rows: 1 },
    { name: 'public.Story', rows: -1 },
    { name: 'public.Esl', rows: 4 },
  ])
})

test.run()
