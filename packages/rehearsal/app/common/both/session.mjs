import { createHmac, timingSafeEqual } from 'node:crypto'
import { query } from './database.mjs'
import { userColumns } from './release.mjs'
import { tables } from './site.mjs'

const THIRTY_DAYS = 30 * 24 * 3600

const sign = (text) => createHmac('sha256', process.env.NEXTAUTH_SECRET).update(text).digest('base64url')

/** The Set-Cookie header that signs `user` in. */
export function sessionCookie(user) {
  const expires = Math.floor(Date.now() / 1000) + THIRTY_DAYS
  const claims = { id: user.id, tokenVersion: user.tokenVersion, expires }
  const payload = Buffer.from(JSON.stringify(claims)).toString('base64url')
  const secure = process.env.NEXTAUTH_URL.startsWith('https:') ? '; Secure' : ''
  return `session=${payload}.${sign(payload)}; Path=/; Max-Age=${THIRTY_DAYS}; HttpOnly; SameSite=Lax${secure}`
}

function claimsOf(request) {
  const cookie = /(?:^|;\s*)session=([\w-]+)\.([\w-]+)/.exec(request.headers.cookie ?? '')
  if (!cookie) return undefined
  const [, payload, signature] = cookie
  const [given, right] = [Buffer.from(signature), Buffer.from(sign(payload))]
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString())
  return claims.expires > Date.now() / 1000 ? claims : undefined
}

/** The signed-in user, or undefined. */
export async function currentUser(request) {
  const claims = claimsOf(request)
  if (!claims) return undefined
  const [user] = await query(`SELECT ${userColumns} FROM ${tables.user} WHERE id = $1`, [claims.id])
  // A cookie from before token versions counts as version 0: an update signs nobody out.
  return user && (claims.tokenVersion ?? 0) === (user.tokenVersion ?? 0) ? user : undefined
}
