import { test } from 'uvu'
import { equal, is, not } from 'uvu/assert'
import { failureOf, isThereAlready } from './failure.ts'

const native = `Error: P3018

A migration failed to apply. New migrations cannot be applied before the error is recovered from.

Migration name: 20251001_bio

Database error code: 23502

Database error:
ERROR: column "bio" of relation "User" contains null values
`

test("Prisma's failure is told on one line: which migration, what Postgres said, the codes", () => {
  const { says, code, state } = failureOf(native)
  is(says, '20251001_bio: column "bio" of relation "User" contains null values (P3018, 23502)')
  equal([code, state], ['P3018', '23502'])
})

test("psql's failure is told with its detail", () => {
  is(
    failureOf(
      'psql:<stdin>:4: ERROR:  could not create unique index "a"\nDETAIL:  Key (a)=(1) is duplicated.',
    ).says,
    'could not create unique index "a" Key (a)=(1) is duplicated.',
  )
})

test('what is neither is told by its last line', () => {
  is(failureOf('docker: nothing works\nbad image\n').says, 'bad image')
})

test('a diff may stand in where the database has it all already, or no history, and nowhere else', () => {
  is(isThereAlready(failureOf('migration 2_a failed, SQLSTATE 42701: ERROR: column exists')), true)
  is(isThereAlready(failureOf('Error: P3005\n\nThe database schema is not empty')), true)
  not(isThereAlready(failureOf(native)))
})

test.run()
