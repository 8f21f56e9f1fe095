// A part of the campaign that `npm run prove -- migrations` runs as a whole.
import { test } from 'uvu'
import { match } from 'uvu/assert'
import migrations from './prove/migrations.ts'

test('unsafe migrations are known, and broken ones are stopped before visitors notice', async () => {
  match(
    await migrations({ short: true, say: console.error }),
    /^corpus \d+: unsafe called additive 0, additive called unsafe [0-5]\.\d %; broken migrations stopped (\d+)\/\1$/,
  )
})

test.run()
