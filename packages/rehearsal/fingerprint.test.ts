import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { differences, parse } from './fingerprint.ts'

const taken = [
  'code\tcommit\tabc',
  "uploads\tpublic/books/teacher's notes.pdf\t1000:1000 644 0a1b",
  'schema\ttable "User"\tid text NOT NULL',
  'data\ttable "User"\t3 rows 42',
  '',
].join('\n')

test('every fact is found under its section and name', () => {
  const print = parse(taken)
  assert.is(print.code['commit'], 'abc')
  assert.is(print.uploads["public/books/teacher's notes.pdf"], '1000:1000 644 0a1b')
  assert.equal(print.settings, {})
})

test('equal fingerprints show no differences', () => {
  assert.equal(differences(parse(taken), parse(taken)), [])
})

test('a changed, a new and a vanished fact each get a line', () => {
  const after = parse(taken.replace('3 rows 42', '4 rows 58').replace('code\tcommit\tabc', 'image\tapp\tdef'))
  assert.equal(differences(parse(taken), after), [
    'code: commit is gone; was abc',
    'image: app is new: def',
    'data: table "User" was 3 rows 42, is 4 rows 58',
  ])
})

test('the schema can be compared without the data', () => {
  const after = parse(taken.replace('3 rows 42', '4 rows 58'))
  assert.equal(differences(parse(taken), after, ['schema']), [])
})

test.run()
