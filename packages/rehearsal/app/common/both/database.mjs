import { randomBytes } from 'node:crypto'
import pg from 'pg'

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  application_name: '1001-stories',
  connectionTimeoutMillis: 5000,
  max: 10,
})

// An idle connection dies when the database restarts or is swapped: the pool opens another.
pool.on('error', (error) => console.error(`Error: idle database connection: ${error.message}`))

/** Runs one statement and gives its rows; values go as parameters. */
export const query = async (text, values = []) => (await pool.query(text, values)).rows

/** Runs `work` in one transaction; `work` gets a function like `query`. */
export async function transaction(work) {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await work(async (text, values = []) => (await client.query(text, values)).rows)
    await client.query('COMMIT')
    client.release()
    return result
  } catch (error) {
    // Destroyed, not returned: whatever state it is in ends with it.
    client.release(true)
    throw error
  }
}

/** A new primary key in the manner of a cuid: a letter and 24 characters. */
export const newId = () => `c${randomBytes(12).toString('hex')}`

export const closeDatabase = () => pool.end()
