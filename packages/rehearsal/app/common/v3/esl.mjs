import { newId, query } from './database.mjs'
import { readFields, refuse, sendHtml, sendJson } from './http.mjs'
import { encodeHtml, page } from './page.mjs'
import { currentUser } from './session.mjs'
import { tables } from './site.mjs'

const LEVELS = ['BEGINNER', 'INTERMEDIATE', 'ADVANCED']

const lessons = () =>
  query(
    `SELECT id, slug, title, level, position FROM ${tables.eslLesson} ORDER BY level, position, slug LIMIT 200`,
  )

async function showLessons({ response }) {
  const rows = (await lessons()).map(
    ({ title, level }) => `<li>${encodeHtml(title)} (${encodeHtml(level)})</li>`,
  )
  const list = rows.length ? `<ol>${rows.join('')}</ol>` : '<p>The first lessons are being written.</p>'
  sendHtml(response, 200, page('English as a Second Language', list))
}

async function listLessons({ response }) {
  sendJson(response, 200, { lessons: await lessons() })
}

async function addLesson({ request, response }) {
  const { title, level = 'BEGINNER' } = await readFields(request)
  if (!title) throw refuse(400, 'title is missing')
  if (!LEVELS.includes(level)) throw refuse(400, `level is one of ${LEVELS.join(', ')}`)
  const id = newId()
  const [lesson] = await query(
    `INSERT INTO ${tables.eslLesson} (id, slug, title, level, position)
     SELECT $1, $2, $3, $4, coalesce(max(position), 0) + 1 FROM ${tables.eslLesson} RETURNING id, slug, position`,
    [id, `lesson-${id}`, String(title), level],
  )
  sendJson(response, 201, lesson)
}

async function saveProgress({ request, response }) {
  const user = await currentUser(request)
  if (!user) throw refuse(401, 'sign in first')
  const { lessonId, score } = await readFields(request)
  if (!(Number.isFinite(score) && score >= 0 && score <= 100)) throw refuse(400, 'score is 0 to 100')
  const saved = await query(
    `INSERT INTO ${tables.eslProgress} ("userId", "lessonId", score, "completedAt", "updatedAt")
     SELECT $1, id, $3, now(), now() FROM ${tables.eslLesson} WHERE id = $2
     ON CONFLICT ("userId", "lessonId") DO UPDATE SET score = excluded.score, "updatedAt" = excluded."updatedAt"
     RETURNING "lessonId", score`,
    [user.id, lessonId, score],
  )
  if (saved.length === 0) throw refuse(404, 'no such lesson')
  sendJson(response, 201, saved[0])
}

export const eslRoutes = [
  ['GET', /^\/esl$/, showLessons],
  ['GET', /^\/api\/esl$/, listLessons],
  ['POST', /^\/api\/esl$/, addLesson],
  ['POST', /^\/api\/esl\/progress$/, saveProgress],
]
