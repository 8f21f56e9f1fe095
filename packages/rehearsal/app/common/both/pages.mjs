/** Pages that a framework renders, and what it does before the first of them: this site has none. */
export const pageRoutes = []
export const openPages = async () => {}
