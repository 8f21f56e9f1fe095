/** The engine itself: Prisma's own, compiled to WebAssembly. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as glue from '@prisma/schema-engine-wasm/schema_engine_bg'
import { adapterFactory, offlineFactory } from './adapter.mjs'
import { schemaFiles } from './command-line.mjs'
import { query } from './database.mjs'

const folder = dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
const panic = { message: undefined }
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => Object.assign(panic, { message }) }

// Of its functions a command needs a few: compiled before the first one is called, all of them would take half of its time.
setFlagsFromString('--wasm-lazy-compilation')
const code = new WebAssembly.Module(readFileSync(join(folder, 'schema_engine_bg.wasm')))
const instance = new WebAssembly.Instance(code, { './schema_engine_bg.js': glue })
glue.__wbg_set_wasm(instance.exports)
instance.exports.__wbindgen_start()

/** The commit of Prisma's engines that this one was built from. */
export function engineVersion() {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    .version.split(/[.-]/)
    .at(-1)
}

/** What the engine said when it panicked; undefined while it hasn't. */
export const panicMessage = () => panic.message

const engines = new Map()

/** An engine on this database; without a URL, one for schema files alone. */
export async function engineOn(url, shadowDatabaseUrl) {
  const key = `${url} ${shadowDatabaseUrl}`
  if (!engines.has(key)) {
    if (url) await query(url) // fails under Prisma's own code, which the engine's error has lost
    const factory = url ? adapterFactory(url, shadowDatabaseUrl) : offlineFactory()
    const files = schemaFiles.map(({ path, content }) => [path, content])
    const options = { datamodels: files.length ? files : undefined }
    engines.set(
      key,
      await glue.SchemaEngine.new(options, () => {}, bindMigrationAwareSqlAdapterFactory(factory)),
    )
  }
  return engines.get(key)
}
