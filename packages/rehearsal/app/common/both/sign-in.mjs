import { readFields, redirect, refuse, sendHtml, sendJson } from './http.mjs'
import { redeemMagicLink, sendMagicLink } from './magic-link.mjs'
import { encodeHtml, page } from './page.mjs'
import { currentUser, sessionCookie } from './session.mjs'

const FORM = `<form method="post" action="/api/auth/signin/email">
<label>Email <input type="email" name="email" required></label> <button>Send me a link</button>
</form>`

function showForm({ response, url }) {
  const failed = url.searchParams.has('error') ? '<p>That link has been used or is too old.</p>' : ''
  sendHtml(response, 200, page('Sign in', failed + FORM))
}

async function requestLink({ request, response }) {
  const { email } = await readFields(request)
  if (!email) throw refuse(400, 'email is missing')
  await sendMagicLink(String(email).trim().toLowerCase())
  if (request.headers['content-type']?.startsWith('application/json')) sendJson(response, 200, { ok: true })
  else sendHtml(response, 200, page('Check your email', '<p>A link is on its way to you.</p>'))
}

async function followLink({ response, url }) {
  const user = await redeemMagicLink(url.searchParams.get('email'), url.searchParams.get('token'))
  if (!user) return redirect(response, '/login?error=Verification')
  redirect(response, '/dashboard', { 'set-cookie': sessionCookie(user) })
}

async function showDashboard({ request, response }) {
  const user = await currentUser(request)
  if (!user) return redirect(response, '/login')
  const greeting = `<p>${encodeHtml(user.name ?? user.email)}, your role is ${encodeHtml(user.role)}.</p>`
  sendHtml(response, 200, page('Dashboard', greeting, user.theme))
}

export const signInRoutes = [
  ['GET', /^\/login$/, showForm],
  ['POST', /^\/api\/auth\/signin\/email$/, requestLink],
  ['GET', /^\/api\/auth\/callback\/email$/, followLink],
  ['GET', /^\/dashboard$/, showDashboard],
]
