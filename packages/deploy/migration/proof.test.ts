import type { Fingerprint } from '@stories/shared'
import { test } from 'uvu'
import { equal, is, not } from 'uvu/assert'
import { keptColumns, lossesOf, schemaHash } from './proof.ts'

const table = (rows: number) => ({ rows, checksum: String(rows) })
const before: Fingerprint = {
  tables: { 'public.User': table(5), 'public.Order': table(7) },
  catalog: {
    'column public.User.id': 'text',
    'column public.User.phone': 'text',
    'column public.Order.id': 'text',
    'sequence public.a': '5 called',
  },
}
const after: Fingerprint = {
  tables: { 'public.User': table(5), 'public.Esl': table(0) },
  catalog: {
    'column public.User.id': 'text',
    'column public.User.tokenVersion': 'integer',
    'column public.Esl.id': 'text',
  },
}

test('a table and a column that are gone are losses with the rows they held; columns of a lost table go with it', () => {
  equal(lossesOf(before, after), [
    { what: 'table', name: 'public.Order', rows: 7 },
    { what: 'column', name: 'public.User.phone', rows: 5 },
  ])
})

test('nothing is lost by what is only added', () => {
  equal(
    lossesOf(after, {
      tables: { ...before.tables, ...after.tables },
      catalog: { ...before.catalog, ...after.catalog },
    }),
    [],
  )
})

test('the columns to compare are those that both sides have', () => {
  equal(keptColumns(before, after), { 'public.User': ['id'] })
})

test('a schema is the same while its sequences count on, and another when a column changes', () => {
  is(
    schemaHash(before),
    schemaHash({ ...before, catalog: { ...before.catalog, 'sequence public.a': '9 called' } }),
  )
  not(schemaHash(before) === schemaHash(after))
})

test.run()
