/** JSON-RPC over stdin and stdout, a message a line, as between the Prisma CLI and its native engine. */
import { createInterface } from 'node:readline'

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const printed = new Map()

/** Has the CLI print something, and waits until it has. */
export function print(content) {
  return new Promise((resolve) => {
    const id = printed.size + 1
    printed.set(id, resolve)
    send({ id, method: 'print', params: { content: content.replace(/\n$/, '') } })
  })
}

/** An error as the CLI reads it. */
function failure(error) {
  const panicked = error instanceof WebAssembly.RuntimeError
  const code = error.prismaCode ?? (/^P\d{4}$/.test(error.code) ? error.code : undefined)
  const data = { is_panic: panicked, message: error.message ?? String(error), meta: error.meta ?? null }
  return {
    code: panicked ? 4467 : 4466,
    message: 'the reason is in data',
    data: code ? { ...data, error_code: code } : data,
  }
}

/** Answers requests one after the other until stdin ends. */
export async function serve(answer) {
  let last = Promise.resolve()
  for await (const line of createInterface({ input: process.stdin })) {
    const { id, method, params } = JSON.parse(line)
    if (!method) {
      printed.get(id)?.()
      continue
    }
    last = last
      .then(() => answer(method, params))
      .then((result) => send({ id, result }))
      .catch((error) => send({ id, error: failure(error) }))
  }
}

/**
 * The native engine's log: JSON on stderr. The CLI skips the first line and looks for errors under this
 * target.
 */
export function log(level, fields) {
  const entry = { timestamp: new Date().toISOString(), level, fields, target: 'schema_engine::logger' }
  process.stderr.write(`${JSON.stringify(entry)}\n`)
}
