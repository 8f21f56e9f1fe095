import { test } from 'uvu'
import { is } from 'uvu/assert'
import { forward } from './migrator.ts'

test('the diff goes from the database to the code, in the words of Prisma 6 and of 7 (E19)', () => {
  is(
    forward('6.19.3').indexOf('--from-schema-datasource') <
      forward('6.19.3').indexOf('--to-schema-datamodel'),
    true,
  )
  is(forward('7.10.0').includes('--from-config-datasource'), true)
})

test.run()
