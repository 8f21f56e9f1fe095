import { test } from 'uvu'
import { is } from 'uvu/assert'
import { prismaVersion } from './image.ts'
import { forward } from './migration/migrator.ts'

const lock = (packages: Record<string, { version: string }>) =>
  JSON.stringify({ lockfileVersion: 3, packages })

test("Prisma's version is the one that the lock file pins (E18)", () => {
  is(prismaVersion(lock({ 'node_modules/prisma': { version: '6.13.0' } })), '6.13.0')
  is(prismaVersion(lock({ 'node_modules/@prisma/client': { version: '6.19.3' } })), '6.19.3')
  is(prismaVersion('{}'), '')
})

test('the diff goes from the database to the code, in the words of Prisma 6 and of 7 (E19)', () => {
  is(
    forward('6.19.3').indexOf('--from-schema-datasource') <
      forward('6.19.3').indexOf('--to-schema-datamodel'),
    true,
  )
  is(forward('7.10.0').includes('--from-config-datasource'), true)
})

test.run()
