import { newId, query, transaction } from './database.mjs'
import { readFields, refuse, sendHtml, sendJson } from './http.mjs'
import { encodeHtml, page } from './page.mjs'
import { currentUser } from './session.mjs'
import { tables } from './site.mjs'

/** The visitor's own id; without a session the first learner's, so that the shop can be tried out. */
async function customerOf(request) {
  const user = await currentUser(request)
  if (user) return user.id
  const [learner] = await query(
    `SELECT id FROM ${tables.user} WHERE role = 'LEARNER' ORDER BY "createdAt", id LIMIT 1`,
  )
  if (!learner) throw refuse(409, 'there is no customer yet')
  return learner.id
}

/** The product that is named, or the first one. */
async function productOf(productId) {
  const [product] = await query(
    `SELECT id, price FROM ${tables.product} WHERE $1::text IS NULL OR id = $1 ORDER BY sku LIMIT 1`,
    [productId ?? null],
  )
  if (!product) throw refuse(404, 'no such product')
  return product
}

function quantityOf(value = 1) {
  if (!Number.isInteger(value) || value < 1 || value > 99) throw refuse(400, 'quantity is 1 to 99')
  return value
}

async function showShop({ response }) {
  const products = await query(`SELECT title, price FROM ${tables.product} ORDER BY sku LIMIT 50`)
  const rows = products.map(({ title, price }) => `<tr><td>${encodeHtml(title)}</td><td>${price}</td></tr>`)
  sendHtml(response, 200, page('Shop', `<table>${rows.join('')}</table>`))
}

async function placeOrder({ request, response }) {
  const fields = await readFields(request)
  const quantity = quantityOf(fields.quantity)
  const customer = await customerOf(request)
  const product = await productOf(fields.productId)
  const placed = await transaction(async (run) => {
    const [order] = await run(
      `INSERT INTO ${tables.order} (id, "userId", status, total) VALUES ($1, $2, 'PAID', $3::numeric * $4::int)
       RETURNING id, number, total`,
      [newId(), customer, product.price, quantity],
    )
    await run(
      `INSERT INTO ${tables.orderItem} ("orderId", "productId", quantity, price) VALUES ($1, $2, $3, $4)`,
      [order.id, product.id, quantity, product.price],
    )
    return order
  })
  sendJson(response, 201, placed)
}

async function showCart({ request, response }) {
  const items = await query(
    `SELECT c.quantity, p.title, p.price FROM ${tables.cartItem} c JOIN ${tables.product} p ON p.id = c."productId"
     WHERE c."userId" = $1 ORDER BY c."addedAt", c.id`,
    [await customerOf(request)],
  )
  sendJson(response, 200, { items })
}

async function addToCart({ request, response }) {
  const fields = await readFields(request)
  const quantity = quantityOf(fields.quantity)
  const product = await productOf(fields.productId)
  const [item] = await query(
    `INSERT INTO ${tables.cartItem} AS c (id, "userId", "productId", quantity) VALUES ($1, $2, $3, $4)
     ON CONFLICT ("userId", "productId") DO UPDATE SET quantity = c.quantity + excluded.quantity
     RETURNING id, quantity`,
    [newId(), await customerOf(request), product.id, quantity],
  )
  sendJson(response, 201, item)
}

export const shopRoutes = [
  ['GET', /^\/shop$/, showShop],
  ['POST', /^\/api\/orders$/, placeOrder],
  ['GET', /^\/api\/cart$/, showCart],
  ['POST', /^\/api\/cart$/, addToCart],
]
