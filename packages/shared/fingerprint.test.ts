import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import { differences, readFingerprint } from './fingerprint.ts'

const ANSWER = [
  'table\tpublic.User\t1200\t-77120',
  'table\tpublic.Order\t7\t15',
  'catalog\tcolumn public.User.role\t"Role" not null\t\'LEARNER\'::"Role"',
  'catalog\tenum public.Role\tLEARNER,TEACHER',
  '',
].join('\n')
const before = readFingerprint(ANSWER)

test("psql's answer is read: rows and checksum of each table, and the catalog", () => {
  equal(before.tables, {
    'public.User': { rows: 1200, checksum: '-77120' },
    'public.Order': { rows: 7, checksum: '15' },
  })
  is(before.catalog['enum public.Role'], 'LEARNER,TEACHER')
  is(before.catalog['column public.User.role'], '"Role" not null\t\'LEARNER\'::"Role"')
})

test('two that are the same have no differences', () => {
  equal(differences(before, readFingerprint(ANSWER)), [])
  equal(differences(readFingerprint(''), readFingerprint('')), [])
})

test('every difference is a line that an operator understands', () => {
  const after = readFingerprint(
    ANSWER.replace('1200', '1201')
      .replace('Order\t7\t15', 'EslLesson\t0\t0')
      .replace('LEARNER,TEACHER', 'LEARNER,TEACHER,EDITOR')
      .concat('catalog\tindex public.User_pkey\tx\n'),
  )
  equal(differences(before, after, 'production', 'the copy'), [
    'table public.User has 1200 rows in production, 1201 in the copy',
    'table public.Order is only in production (7 rows)',
    'table public.EslLesson is only in the copy (0 rows)',
    'enum public.Role: LEARNER,TEACHER in production, LEARNER,TEACHER,EDITOR in the copy',
    'index public.User_pkey is only in the copy',
  ])
})

test('the same number of rows with other content is a difference', () => {
  const changed = readFingerprint(ANSWER.replace('-77120', '-77121'))
  equal(differences(before, changed), ['table public.User: 1200 rows in both, but other content'])
})

test('a table that lost all its rows is not a table that is gone', () => {
  const empty = readFingerprint(ANSWER.replace('7\t15', '0\t0'))
  equal(differences(before, empty), ['table public.Order has 7 rows in before, 0 in after'])
})

test.run()
