import { query } from './database.mjs'
import { refuse, sendJson } from './http.mjs'
import { currentUser } from './session.mjs'
import { tables } from './site.mjs'

/** Ends all of the user's sessions: every cookie signed before now carries an older token version. */
async function signOutEverywhere({ request, response }) {
  const user = await currentUser(request)
  if (!user) throw refuse(401, 'sign in first')
  const [{ tokenVersion }] = await query(
    `UPDATE ${tables.user} SET "tokenVersion" = "tokenVersion" + 1, "updatedAt" = now() WHERE id = $1
     RETURNING "tokenVersion"`,
    [user.id],
  )
  sendJson(response, 200, { tokenVersion })
}

export const signOutRoutes = [['POST', /^\/api\/auth\/signout-everywhere$/, signOutEverywhere]]
