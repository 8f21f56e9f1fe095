import next from 'next'

const site = next({ dev: false })
const answer = site.getRequestHandler()

/** Next.js renders the pages that are the same for everybody; all the others stay with this site's own routes. */
export const pageRoutes = [
  [
    'GET',
    /^\/(_next\/.+|about|library|mission|programs)?$/,
    ({ request, response }) => answer(request, response),
  ],
]

export const openPages = () => site.prepare()
