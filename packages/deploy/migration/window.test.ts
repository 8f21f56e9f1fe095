import { test } from 'uvu'
import { equal, is, match } from 'uvu/assert'
import { inWords, predict, roomNeeded } from './window.ts'

const measured = { copy: 1000, size: 1000, migrate: 3000, open: 800, question: 50, counting: 100 }

test('the copy grows with the database, what Prisma takes does not', () => {
  const [same, twice] = [predict(measured, 1000), predict(measured, 2000)]
  is(twice.copy, 2 * same.copy)
  is(twice.migrate, same.migrate)
  is(twice.ms - same.ms, same.copy)
})

test('a production smaller than its copy is foretold no faster', () => {
  equal(predict(measured, 500), predict(measured, 1000))
})

test('the parts make up the whole, and are said', () => {
  const { copy, migrate, rest, ms } = predict(measured, 1000)
  is(copy + migrate + rest, ms)
  match(
    inWords({ copy, migrate, rest, ms }, 1024 ** 3),
    /^phase 4 will take \d.* copying 1\.\d GB .* migrating 3/,
  )
})

test('room is needed for the larger of both: the database as it is, and as it becomes', () => {
  is(roomNeeded(1000), roomNeeded(1000, 10))
  is(roomNeeded(10, 1000), roomNeeded(1000))
})

test.run()
