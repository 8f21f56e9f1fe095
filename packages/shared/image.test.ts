import { test } from 'uvu'
import { is } from 'uvu/assert'
import { prismaVersion } from './image.ts'

const lock = (packages: Record<string, { version: string }>) =>
  JSON.stringify({ lockfileVersion: 3, packages })

test("Prisma's version is the one that the lock file pins (E18)", () => {
  is(prismaVersion(lock({ 'node_modules/prisma': { version: '6.13.0' } })), '6.13.0')
  is(prismaVersion(lock({ 'node_modules/@prisma/client': { version: '6.19.3' } })), '6.19.3')
  is(prismaVersion('{}'), '')
})

test.run()
