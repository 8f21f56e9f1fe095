import { menu, tagline, theme } from './release.mjs'

const ENTITIES = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

export const encodeHtml = (value) =>
  String(value ?? '').replace(/[&<>"']/g, (character) => ENTITIES[character])

/** A list of links from rows with `href` and `text`. */
export const links = (rows) =>
  `<ul>${rows.map(({ href, text }) => `<li><a href="${encodeHtml(href)}">${encodeHtml(text)}</a></li>`).join('')}</ul>`

/** A whole page around `body`, which is HTML already. */
export const page = (title, body, themeName = theme) => `<!doctype html>
<html lang="en" data-theme="${encodeHtml(themeName)}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${encodeHtml(title)} · 1001 Stories</title>
<link rel="stylesheet" href="/theme.css">
</head>
<body>
<header><strong>1001 Stories</strong> ${encodeHtml(tagline)}</header>
<nav>${links(menu)}</nav>
<main><h1>${encodeHtml(title)}</h1>${body}</main>
</body>
</html>
`
