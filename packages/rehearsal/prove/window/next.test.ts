import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import { is, match, not } from 'uvu/assert'
import { layTree } from '../../tree.ts'
import { filesOf } from './next.ts'

const tree = mkdtempSync(join(tmpdir(), 'next-'))
const files = filesOf('3.0.0')

test.before(() => {
  layTree('plan', 'v3', tree)
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(tree, path)), { recursive: true })
    writeFileSync(join(tree, path), text)
  }
})
test.after(() => rmSync(tree, { recursive: true }))

test('laid over the site, it has every module that its modules import', () => {
  const sources = readdirSync(tree, { recursive: true, encoding: 'utf8' }).filter((path) =>
    /\.(mjs|tsx)$/.test(path),
  )
  for (const path of sources)
    for (const [, imported] of readFileSync(join(tree, path), 'utf8').matchAll(
      /(?:from|import) '(\.[^']+)'/g,
    )) {
      const found = ['', '.tsx'].some((ending) => existsSync(join(tree, dirname(path), imported + ending)))
      is(found, true, `${path} imports ${imported}`)
    }
})

test('its packages are pinned, and the lock file names no host', () => {
  const { dependencies, devDependencies } = JSON.parse(files['package.json']!)
  const { packages } = JSON.parse(files['package-lock.json']!)
  for (const [name, wanted] of Object.entries({ ...dependencies, ...devDependencies }))
    is(packages[`node_modules/${name}`].version, wanted)
  not.match(files['package-lock.json']!, '"resolved"')
})

test('each version of the site has its own package.json: its packages are installed anew', () => {
  match(files['package.json']!, '"version": "3.0.0"')
  match(filesOf('2.4.0')['package.json']!, '"version": "2.4.0"')
})

test.run()
