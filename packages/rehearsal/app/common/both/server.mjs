import { createServer } from 'node:http'
import { setTimeout } from 'node:timers/promises'
import { closeDatabase, query } from './database.mjs'
import { featureRoutes } from './features.mjs'
import { fileRoutes } from './files.mjs'
import { listener } from './http.mjs'
import { openPages, pageRoutes } from './pages.mjs'
import { probeRoutes } from './probes.mjs'
import { signInRoutes } from './sign-in.mjs'
import { storyRoutes } from './stories.mjs'

const DRAIN_MS = 8000
const port = Number(process.env.PORT ?? 3000)

for (const name of ['DATABASE_URL', 'NEXTAUTH_URL', 'NEXTAUTH_SECRET'])
  if (!process.env[name]) {
    console.error(`Error: ${name} is not set`)
    process.exit(1)
  }

// The files' route takes any /folder/name, so it comes last.
const server = createServer(
  listener([...probeRoutes, ...pageRoutes, ...featureRoutes, ...signInRoutes, ...storyRoutes, ...fileRoutes]),
)

// As the first process of its container the server gets no default handlers: without these, stopping takes 10 s.
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop)

async function stop(signal) {
  console.log(`${signal}: no new connections, finishing the open ones`)
  if (server.listening) {
    const drained = new Promise((resolve) => server.close(resolve))
    await Promise.race([drained, setTimeout(DRAIN_MS)])
    server.closeAllConnections()
  }
  await Promise.race([closeDatabase(), setTimeout(1000)])
  process.exit(0)
}

/** Resolves when the database has answered for the first time. */
async function databaseAnswers() {
  for (;;) {
    try {
      return await query('SELECT 1')
    } catch (error) {
      console.error(`Error: database: ${error.message}`)
      await setTimeout(1000)
    }
  }
}

await setTimeout(Number(process.env.APP_START_DELAY_MS ?? 0))
await openPages()
await new Promise((resolve, reject) => server.once('error', reject).listen(port, resolve))
await databaseAnswers()
console.log(`Ready on http://localhost:${port}`)
