/** What this release is called, looks like and reads of a user. */
export const version = 'v2'
export const theme = 'classic'
export const tagline = 'Stories from everywhere'
export const userColumns = 'id, email, name, role'
export const menu = [
  { href: '/stories', text: 'Stories' },
  { href: '/shop', text: 'Shop' },
  { href: '/login', text: 'Sign in' },
]
