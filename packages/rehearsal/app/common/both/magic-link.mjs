import { createHash, randomBytes } from 'node:crypto'
import nodemailer from 'nodemailer'
import { query, transaction } from './database.mjs'
import { userColumns } from './release.mjs'
import { tables } from './site.mjs'

const hash = (token) => createHash('sha256').update(`${token}${process.env.NEXTAUTH_SECRET}`).digest('hex')

/** Mails a one-time link to a known address; does nothing for an unknown one, so nobody learns who is a member. */
export async function sendMagicLink(email) {
  const known = await query(`SELECT id FROM ${tables.user} WHERE email = $1`, [email])
  if (known.length === 0) return
  const token = randomBytes(32).toString('hex')
  await query(
    `INSERT INTO ${tables.verificationToken} (identifier, token, expires) VALUES ($1, $2, now() + interval '1 day')`,
    [email, hash(token)],
  )
  const link = new URL('/api/auth/callback/email', process.env.NEXTAUTH_URL)
  link.search = new URLSearchParams({ token, email }).toString()
  await mailer().sendMail({
    from: process.env.EMAIL_FROM,
    to: email,
    subject: 'Sign in to 1001 Stories',
    text: `Sign in to 1001 Stories:\n\n${link}\n\nThe link works once and for one day.\n`,
  })
}

/** Uses the link up: the user it signs in, or undefined when it is wrong, old or used. */
export function redeemMagicLink(email, token) {
  return transaction(async (run) => {
    const [link] = await run(
      `DELETE FROM ${tables.verificationToken} WHERE identifier = $1 AND token = $2 RETURNING expires > now() AS fresh`,
      [email, hash(token)],
    )
    if (!link?.fresh) return undefined
    const [user] = await run(
      `UPDATE ${tables.user} SET "emailVerified" = coalesce("emailVerified", now()), "updatedAt" = now()
       WHERE email = $1 RETURNING ${userColumns}`,
      [email],
    )
    return user
  })
}

function mailer() {
  const { EMAIL_SERVER_HOST, EMAIL_SERVER_PORT, EMAIL_SERVER_USER, EMAIL_SERVER_PASSWORD } = process.env
  const port = Number(EMAIL_SERVER_PORT ?? 587)
  return nodemailer.createTransport({
    host: EMAIL_SERVER_HOST,
    port,
    secure: port === 465,
    ...(EMAIL_SERVER_USER && { auth: { user: EMAIL_SERVER_USER, pass: EMAIL_SERVER_PASSWORD ?? '' } }),
    connectionTimeout: 5000,
  })
}
