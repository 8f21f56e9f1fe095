/** A model of a Prisma schema and the table that holds its rows. */
export type Models = Map<string, string>

/** The models of a Prisma schema with their tables: their own names, or what `@@map` says. */
export function readModels(schema: string): Models {
  const models: Models = new Map()
  for (const [, model = '', body = ''] of schema.matchAll(/^model\s+(\w+)\s*\{([\s\S]*?)^\}/gm)) {
    const lines = body.replace(/\/\/.*$/gm, '')
    models.set(model, /@@map\(\s*(?:name:\s*)?"([^"]+)"\s*\)/.exec(lines)?.[1] ?? model)
  }
  return models
}

/**
 * The tables of the catalog that may hold a model: the one that the schema names if it is there, else whatever is spelled
 * like it: `CartItem`, `cart_items`, `cartitem`. With mapped names the model's own is no table at all (E10).
 */
export function tablesOf(model: string, models: Models, catalog: string[]): string[] {
  const mapped = models.get(model)
  if (mapped !== undefined && catalog.includes(mapped)) return [mapped]
  const name = model.toLowerCase()
  const forms = [name, `${name}s`, name.replace(/y$/, 'ies')]
  return catalog.filter((table) => forms.includes(table.toLowerCase().replaceAll('_', '')))
}

/** The shop's models that the plan removes, as far as anybody knows them by name. */
const SHOP = ['Product', 'Order', 'OrderItem', 'CartItem', 'Subscription']

/**
 * The tables that the new code has given up: those of the models that only the old code has, and of the shop's models by
 * name. A model that the new code still has keeps its table.
 */
export function givenUp(before: Models, after: Models): Models {
  const kept = new Set(after.values())
  const gone: Models = new Map()
  for (const model of [...before.keys(), ...SHOP]) {
    const table = before.get(model) ?? model
    if (!after.has(model) && !kept.has(table)) gone.set(model, table)
  }
  return gone
}
