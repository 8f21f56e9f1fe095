import { test } from 'uvu'
import { is } from 'uvu/assert'
import { gaveUp, repeatable } from './in-place.ts'

test('a value is added to an enum once, however often it is begun', () => {
  is(repeatable(`ALTER TYPE "Role" ADD VALUE 'EDITOR'`), `ALTER TYPE "Role" ADD VALUE IF NOT EXISTS 'EDITOR'`)
  is(repeatable(`alter type r add value if not exists 'A'`), `alter type r add value if not exists 'A'`)
})

test('a busy table is told from a slow statement, and both from a mistake', () => {
  is(gaveUp('psql:<stdin>:5: ERROR:  55P03: canceling statement due to lock timeout\nLOCATION:  x'), 'busy')
  is(gaveUp('ERROR:  57014: canceling statement due to statement timeout'), 'slow')
  is(gaveUp('ERROR:  42P07: relation "Bookmark" already exists'), undefined)
})

test.run()
