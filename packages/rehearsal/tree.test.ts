import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { layTree, type Shape, type Version } from './tree.ts'

const root = mkdtempSync(join(tmpdir(), 'tree-'))
const shapes: Shape[] = ['plan', 'live']
const versions: Version[] = ['v2', 'v3']
const trees = shapes.flatMap((shape) =>
  versions.map((version) => ({ shape, version, path: join(root, shape, version) })),
)

test.before(() => trees.forEach(({ shape, version, path }) => void layTree(shape, version, path)))
test.after(() => rmSync(root, { recursive: true }))

const read = (path: string, file: string) => readFileSync(join(path, file), 'utf8')
const migrations = (path: string) =>
  readdirSync(join(path, 'prisma/migrations'), { withFileTypes: true })
    .flatMap((entry) => (entry.isDirectory() ? [entry.name] : []))
    .sort()

for (const { shape, version, path } of trees) {
  test(`${shape} ${version} is a whole project`, () => {
    const files = ['Dockerfile', 'docker-compose.yml', '.dockerignore', '.gitignore', 'prisma/schema.prisma']
    for (const file of files) assert.ok(existsSync(join(path, file)), file)
    assert.is(existsSync(join(path, 'nginx/nginx.conf')), shape === 'live')
  })

  test(`${shape} ${version} has every module that its modules import`, () => {
    for (const file of readdirSync(path).filter((name) => name.endsWith('.mjs')))
      for (const [, imported] of read(path, file).matchAll(/from '\.\/([^']+)'/g))
        assert.ok(existsSync(join(path, imported!)), `${file} imports ${imported}`)
  })

  test(`${shape} ${version} pins what it depends on, and the lock file names no host`, () => {
    const { dependencies, devDependencies } = JSON.parse(read(path, 'package.json'))
    const lock = JSON.parse(read(path, 'package-lock.json'))
    for (const [name, wanted] of Object.entries({ ...dependencies, ...devDependencies }))
      assert.is(lock.packages[`node_modules/${name}`].version, wanted)
    assert.not.match(read(path, 'package-lock.json'), '"resolved"')
  })

  test(`${shape} ${version} queries the tables of its schema`, () => {
    const schema = read(path, 'prisma/schema.prisma')
    const { tables } = JSON.parse(read(path, 'site.json')) as { tables: Record<string, string> }
    for (const [, model, body] of schema.matchAll(/^model (\w+) \{\n(.*?)\n\}/gms)) {
      const mapped = /@@map\("(\w+)"\)/.exec(body!)?.[1]
      assert.is(tables[model![0]!.toLowerCase() + model!.slice(1)], mapped ?? `"${model}"`)
    }
  })
}

test('v3 has no shop, v2 no lessons', () => {
  for (const { version, path } of trees) {
    assert.is(existsSync(join(path, 'shop.mjs')), version === 'v2')
    assert.is(existsSync(join(path, 'esl.mjs')), version === 'v3')
  }
})

test("plan's v3 adds migrations to v2's history", () => {
  const [before, after] = versions.map((version) => migrations(join(root, 'plan', version)))
  assert.equal(after!.slice(0, before!.length), before)
  assert.ok(after!.length > before!.length)
})

test("live's v3 changes the schema and brings no migration for it", () => {
  const [before, after] = versions.map((version) => join(root, 'live', version))
  assert.equal(migrations(after!), migrations(before!))
  assert.is.not(read(after!, 'prisma/schema.prisma'), read(before!, 'prisma/schema.prisma'))
})

test("live's v3 changes the bind-mounted nginx.conf", () => {
  const [before, after] = versions.map((version) => read(join(root, 'live', version), 'nginx/nginx.conf'))
  assert.is.not(before, after)
})

test.run()
