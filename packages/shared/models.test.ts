import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { givenUp, readModels, tablesOf } from './models.ts'

const OLD = readModels(`
enum Role {
  ADMIN
}
model User {
  id    String @id
  order Order[]
  @@map("users")
}
model Story {
  id String @id
  // @@map("old_name")
  @@map(name: "books")
}
model Order {
  id String @id
  @@map("purchases")
}
model Subscription {
  id String @id
}`)
const NEW = readModels(
  'model User {\n  id String @id\n  @@map("users")\n}\nmodel Story {\n  id String @id\n}\nmodel Subscription {\n  id String @id\n}\n',
)

test('reads the tables of a schema, mapped or not', () => {
  assert.equal(
    [...OLD],
    [
      ['User', 'users'],
      ['Story', 'books'],
      ['Order', 'purchases'],
      ['Subscription', 'Subscription'],
    ],
  )
})

test('finds a table by what the schema calls it', () => {
  assert.equal(tablesOf('Story', OLD, ['users', 'books', 'stories']), ['books'])
})

test('finds a table that is spelled like its model when the schema says nothing of it', () => {
  const none = new Map()
  assert.equal(tablesOf('Story', none, ['User', 'stories']), ['stories'])
  assert.equal(tablesOf('CartItem', none, ['cart_items', 'carts']), ['cart_items'])
  assert.equal(tablesOf('User', none, ['User', 'user_settings']), ['User'])
  assert.equal(tablesOf('User', none, ['books']), [])
})

test('does not believe a schema whose table is not in the catalog', () => {
  assert.equal(tablesOf('Story', OLD, ['stories']), ['stories'])
})

test('knows which tables the new code gave up, and leaves alone those that it still has', () => {
  const gone = givenUp(OLD, NEW)
  assert.is(gone.get('Order'), 'purchases')
  assert.ok(gone.has('CartItem'), 'the shop is known by name even when the old schema cannot be read')
  assert.not.ok(gone.has('Subscription'))
  assert.not.ok(gone.has('User'))
})

test('does not count a table as given up that another model of the new code has taken over', () => {
  const renamed = readModels('model Purchase {\n  id String @id\n  @@map("purchases")\n}\n')
  assert.not.ok(givenUp(OLD, renamed).has('Order'))
})

test.run()
