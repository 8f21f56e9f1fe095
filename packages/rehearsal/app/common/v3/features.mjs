import { eslRoutes } from './esl.mjs'
import { sendHtml } from './http.mjs'
import { page } from './page.mjs'
import { signOutRoutes } from './sign-out.mjs'

const showHome = ({ response }) =>
  sendHtml(
    response,
    200,
    page('Welcome', '<p>Read, write and learn with stories by children of the world.</p>'),
  )

/** What this release has and others don't. */
export const featureRoutes = [['GET', /^\/$/, showHome], ...eslRoutes, ...signOutRoutes]
