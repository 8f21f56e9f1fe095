/** What this release is called, looks like and reads of a user. */
export const version = 'v3'
export const theme = 'seeds-of-empowerment'
export const tagline = 'by Seeds of Empowerment'
export const userColumns = 'id, email, name, role, theme, "tokenVersion"'
export const menu = [
  { href: '/stories', text: 'Stories' },
  { href: '/esl', text: 'Learn English' },
  { href: '/login', text: 'Sign in' },
]
