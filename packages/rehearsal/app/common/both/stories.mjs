import { newId, query } from './database.mjs'
import { readFields, refuse, sendHtml, sendJson } from './http.mjs'
import { encodeHtml, links, page } from './page.mjs'
import { tables } from './site.mjs'

async function listStories({ response }) {
  const stories = await query(
    `SELECT id, title FROM ${tables.story} WHERE published ORDER BY "createdAt" DESC LIMIT 50`,
  )
  const rows = stories.map(({ id, title }) => ({ href: `/stories/${id}`, text: title }))
  sendHtml(response, 200, page('Stories', links(rows)))
}

async function showStory({ response }, id) {
  const [story] = await query(
    `SELECT s.title, s.body, s.pdf, u.name AS author
     FROM ${tables.story} s JOIN ${tables.user} u ON u.id = s."authorId" WHERE s.id = $1`,
    [id],
  )
  if (!story) throw refuse(404, 'no such story')
  const pdf = story.pdf ? links([{ href: story.pdf, text: 'Read as PDF' }]) : ''
  const text = story.body.split('\n\n').map((paragraph) => `<p>${encodeHtml(paragraph)}</p>`)
  sendHtml(response, 200, page(story.title, `<p>by ${encodeHtml(story.author)}</p>${pdf}${text.join('\n')}`))
}

async function addStory({ request, response }) {
  const { title, body = '' } = await readFields(request)
  if (!title) throw refuse(400, 'title is missing')
  const [story] = await query(
    `INSERT INTO ${tables.story} (id, title, body, tags, published, "publishedAt", "authorId", "updatedAt")
     SELECT $1, $2, $3, '{}', true, now(), id, now()
     FROM ${tables.user} WHERE role = 'TEACHER' ORDER BY "createdAt", id LIMIT 1
     RETURNING id, "catalogNumber"`,
    [newId(), String(title), String(body)],
  )
  if (!story) throw refuse(409, 'there is no teacher yet')
  sendJson(response, 201, story)
}

export const storyRoutes = [
  ['GET', /^\/stories$/, listStories],
  ['GET', /^\/stories\/([^/]+)$/, showStory],
  ['POST', /^\/api\/stories$/, addStory],
]
