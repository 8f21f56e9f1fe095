import { test } from 'uvu'
import { equal, is, match } from 'uvu/assert'
import { review } from '../migration/review.ts'
import { type Facts, mountedPaths, needsWindow } from './suits.ts'

const MB = 1024 ** 2
const fits: Facts = {
  proof: { additive: true, losses: [] },
  statements: [],
  sizes: new Map([
    ['Story', 900 * MB],
    ['User', MB],
  ]),
  changed: ['server.mjs', 'prisma/schema.prisma', 'public/theme.css'],
  mounted: ['public/books', 'prisma', 'nginx/nginx.conf'],
  written: [],
  dirty: [],
  memory: { free: 800 * MB, app: 100 * MB },
  disk: 5000 * MB,
}
const why = (facts: Partial<Facts>) => needsWindow({ ...fits, ...facts }).join('; ')
const sql = async (text: string) => (await review({ sql: text, recipe: 'diff', migrations: [] })).statements

test('what is additive, small and noticed by nobody needs no window', () => {
  is(why({}), '')
})

test('what loses something, or was not proven additive, needs it', () => {
  const losses = [{ what: 'table' as const, name: 'public.Order', rows: 3 }]
  is(why({ proof: { additive: false, losses } }), 'the migration loses public.Order')
  match(why({ proof: { additive: false, losses: [] } }), 'does not call the migration additive')
})

test('an index on a large table would let writers wait, one on a small or a new table does not', async () => {
  match(why({ statements: await sql('CREATE INDEX a ON "Story" (title)') }), 'create index on Story (900')
  is(why({ statements: await sql('CREATE INDEX a ON "User" (name)') }), '')
  is(why({ statements: await sql('CREATE TABLE new (a int); CREATE INDEX b ON new (a)') }), '')
  is(why({ statements: await sql('ALTER TABLE "Story" ADD COLUMN subtitle text') }), '')
  match(why({ statements: await sql('ALTER TABLE "Story" ADD COLUMN n serial') }), 'visitors would wait')
})

test('what cannot be part of a transaction needs it, but for values added to an enum', async () => {
  match(
    why({ statements: await sql('CREATE INDEX CONCURRENTLY a ON "User" (name)') }),
    'no transaction can hold',
  )
  match(why({ statements: await sql('BEGIN; CREATE TABLE a (); COMMIT') }), 'no transaction can hold')
  is(why({ statements: await sql(`ALTER TYPE "Role" ADD VALUE 'EDITOR'`) }), '')
})

test('a checkout may not change what the running site reads; the schema is read by the CLI alone', () => {
  match(why({ changed: ['public/books/handbook.pdf'] }), 'the running site reads: public/books/handbook.pdf')
  match(why({ changed: ['nginx/nginx.conf'] }), 'the running site reads: nginx/nginx.conf')
  match(why({ changed: ['docker-compose.yml'] }), 'the checkout changes docker-compose.yml')
  match(why({ changed: ['server.mjs'], mounted: [''] }), 'the running site reads: server.mjs')
  is(why({ changed: ['prisma/migrations/1/migration.sql', 'public/booksellers.css'] }), '')
})

test('files inside the container, local changes, memory and disk are looked at', () => {
  match(why({ written: ['/app/public/avatars/a.png'] }), 'inside its container')
  match(why({ dirty: ['server.mjs'] }), 'local changes: server.mjs')
  match(why({ memory: { free: 200 * MB, app: 100 * MB } }), 'of memory')
  match(why({ disk: 100 * MB }), 'of disk')
})

test('what is mounted is known by its path in the project, under whatever name the folder has', () => {
  const folders = ['/home/ubuntu/1001project', '/srv/site']
  const conf =
    'location /static/ { alias /srv/site/public/; }\n    root /srv/site/public/books;\n# root /srv/site/x;'
  equal(mountedPaths(folders, ['/home/ubuntu/1001project/uploads', '/etc/letsencrypt', '/srv/site'], conf), [
    'uploads',
    '',
    'public/books',
  ])
})

test.run()
