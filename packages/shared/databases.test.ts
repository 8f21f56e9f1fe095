import { test } from 'uvu'
import { equal, is, throws } from 'uvu/assert'
import { namesOf } from './databases.ts'
import { identifier, literal } from './sql.ts'

test("a release's databases stand beside one another by name", () => {
  equal(namesOf('stories_db', '20250905_043000'), {
    live: 'stories_db',
    next: 'stories_db_next',
    before: 'stories_db_before_20250905_043000',
    after: 'stories_db_after_20250905_043000',
  })
})

test('a name that Postgres would cut is refused: it would be another database', () => {
  const longest = 'x'.repeat(63 - '_before_20250905_043000'.length)
  is(namesOf(longest, '20250905_043000').before.length, 63)
  throws(() => namesOf(`${longest}x`, '20250905_043000'), /longer than Postgres allows/)
  throws(() => namesOf('ü'.repeat(24), '20250905_043000'), /longer than Postgres allows/)
})

test('names and texts are quoted for SQL', () => {
  is(identifier('User'), '"User"')
  is(identifier('a"b'), '"a""b"')
  is(literal("it's"), "'it''s'")
  is(literal('a\\b'), "'a\\b'")
})

test.run()
