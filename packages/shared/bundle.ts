/**
 * Bundles every script into one file for a server that has Node 18 and nothing else: packages/deploy/status.ts becomes
 * dist/packages/deploy/status.mjs. The folder dist is copied there as a whole; SERVER_HOST=here runs a script on it.
 *
 * Usage: npm run bundle [-- --out FOLDER]
 */
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { build, type Plugin } from 'esbuild'
import { bytes, duration } from './log.ts'
import { findScripts, PACKAGES } from './scripts.ts'
import { ROOT } from './settings.ts'

const since = Date.now()
const out = resolve(parseArgs({ options: { out: { type: 'string' } } }).values.out ?? join(ROOT, 'dist'))

// There, the next command to run is a bundle too.
const naming: Plugin = {
  name: 'name the bundles',
  setup: ({ onLoad }) =>
    onLoad({ filter: /\/packages\/[^/]+\/.*\.ts$/ }, async ({ path }) => ({
      contents: renamed(await readFile(path, 'utf8')),
      loader: 'ts',
    })),
}
const renamed = (text: string) => text.replace(/\btsx (packages\/[\w/-]+)\.ts\b/g, 'node $1.mjs')

// What CommonJS libraries find around them and a module has not.
const COMMONJS = `import { createRequire as requireFrom } from 'node:module'
const require = requireFrom(import.meta.url)
const __dirname = require('node:path').dirname(require('node:url').fileURLToPath(import.meta.url))`

rmSync(join(out, 'packages'), { recursive: true, force: true })
const scripts = findScripts(ROOT)
let size = 0
for (const { file, source } of scripts) {
  const target = join(out, file.replace(/\.ts$/, '.mjs'))
  const [bundle] = (
    await build({
      entryPoints: [join(ROOT, file)],
      write: false,
      bundle: true,
      platform: 'node',
      format: 'esm',
      target: 'node18',
      legalComments: 'none',
      plugins: [naming],
      logLevel: 'error',
    })
  ).outputFiles
  // The header is what --help prints, read from the file itself.
  const header = renamed(source.slice(0, source.indexOf('*/') + 2)).replace(/\b([\w-]+)\.ts\b/g, '$1.mjs')
  const text = `#!/usr/bin/env node\n${header}\n${COMMONJS}\n${bundle!.text}`
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, text)
  chmodSync(target, 0o755)
  size += text.length
}

for (const name of PACKAGES)
  for (const folder of ['files', 'sql']) {
    const from = join(ROOT, 'packages', name, folder)
    if (existsSync(from)) cpSync(from, join(out, 'packages', name, folder), { recursive: true })
  }
// The parser of migrations looks for its grammar beside the file that it runs in.
const grammar = createRequire(join(ROOT, 'packages/deploy/package.json')).resolve('libpg-query')
copyFileSync(join(dirname(grammar), 'libpg-query.wasm'), join(out, 'packages/deploy/libpg-query.wasm'))
copyFileSync(join(ROOT, '.env.example'), join(out, '.env.example'))
console.log(`${scripts.length} scripts, ${bytes(size)}, in ${out}, ${duration(Date.now() - since)}`)
