import { walk } from './nodes.ts'
import type { NewValue } from './statement.ts'

/** The values that a release adds to enums: until they are committed nothing may use them (55P04). */
export class NewValues {
  #values: (NewValue & { committed: boolean })[] = []

  add(type: string, value: string, addedOnLine: number): void {
    this.#values.push({ type, value, addedOnLine, committed: false })
  }

  commit(): void {
    for (const value of this.#values) value.committed = true
  }

  /** The new value that a statement uses; on request only one that isn't committed yet. */
  usedIn(tree: unknown, uncommitted = false): NewValue | undefined {
    const values = this.#values.filter(({ committed }) => !(uncommitted && committed))
    if (values.length === 0) return undefined
    const texts = [...walk(tree)].flatMap(([kind, node]) => textIn(kind, node))
    const found = values.find(({ value }) =>
      texts.some((text) => text === value || text.includes(`'${value}'`)),
    )
    return found && { type: found.type, value: found.value, addedOnLine: found.addedOnLine }
  }
}

function textIn(kind: string, node: Record<string, unknown>): string[] {
  if (kind === 'A_Const') return [(node['sval'] as { sval?: string } | undefined)?.sval ?? '']
  // The bodies of functions and blocks are plain text: a new value may stand in it, quoted.
  const body = kind === 'String' ? node['sval'] : undefined
  return typeof body === 'string' && body.includes("'") ? [body] : []
}
