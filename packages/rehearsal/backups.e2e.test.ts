// A part of the campaign that `npm run prove -- backups` runs as a whole.
import { test } from 'uvu'
import { match } from 'uvu/assert'
import backups from './prove/backups.ts'

test('spoilt backups are refused, a good one is not, and a fetched copy brings the site up on an empty machine', async () => {
  match(
    await backups({ short: true, say: console.error }),
    /^corruptions refused (\d+)\/\1, false alarms 0\/1, restore drill ok, backup \d+\.\d\d x the plan's time$/,
  )
})

test.run()
