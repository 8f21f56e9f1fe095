import { sendHtml } from './http.mjs'
import { page } from './page.mjs'
import { shopRoutes } from './shop.mjs'

const showHome = ({ response }) =>
  sendHtml(response, 200, page('Welcome', '<p>Read, write and buy stories by children of the world.</p>'))

/** What this release has and others don't. */
export const featureRoutes = [['GET', /^\/$/, showHome], ...shopRoutes]
