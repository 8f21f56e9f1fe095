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

test('a setting and a grant of the database itself that the restored copy lacks are named', () => {
  const settings =
    'right\tdatabase\tapp =Tc/app,app=CTc/app,reader=c/app\t-1\nright\tsetting work_mem\twork_mem=8MB\n'
  equal(rightsLost(settings, 'right\tdatabase\tapp =Tc/app,app=CTc/app\t-1\n'), [
    'right on database: app =Tc/app,app=CTc/app,reader=c/app\t-1 in production, app =Tc/app,app=CTc/app\t-1 in the restored copy',
    'right on setting work_mem: work_mem=8MB in production, none in the restored copy',
  ])
})

test.run()
