import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { rightsLost } from './rights.ts'

const before =
  'table\tpublic.User\t3\t42\nright\trole reader\tinherit login -1\nright\ttable public."User"\tapp app=r/app,reader=r/app\n'

test('the same rights, whatever stands around them, differ in nothing', () => {
  equal(rightsLost(before, before.split('\n').reverse().join('\n')), [])
})

test('a role and a grant that the restored copy lacks are named', () => {
  equal(rightsLost(before, 'right\ttable public."User"\tapp app=r/app\n'), [
    'right on role reader: inherit login -1 in production, none in the restored copy',
    'right on table public."User": app app=r/app,reader=r/app in production, app app=r/app in the restored copy',
  ])
})

test.run()
