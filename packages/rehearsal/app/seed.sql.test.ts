import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { seedSql } from './seed.sql.ts'

test('every variable of the script is set', () => {
  const script = readFileSync(new URL('seed.sql', import.meta.url), 'utf8')
  const outsideStrings = script.replace(/--.*|'(?:''|[^'])*'/g, '')
  const used = new Set([...outsideStrings.matchAll(/(?<!:):([a-z]\w*)/gi)].map(([, name]) => name!))
  assert.ok(used.size > 10)
  for (const shape of ['plan', 'live'] as const)
    for (const name of used) assert.match(seedSql(shape, 1), `\\set ${name} `)
})

test('tables are named as the shape names them', () => {
  assert.match(seedSql('plan', 1), `\\set story '"Story"'`)
  assert.match(seedSql('live', 1), `\\set story 'books'`)
})

test('twice the size is twice the stories', () => {
  const stories = (megabytes: number) => Number(/set stories '(\d+)'/.exec(seedSql('plan', megabytes))?.[1])
  assert.is(stories(100), 2 * stories(50))
})

test.run()
