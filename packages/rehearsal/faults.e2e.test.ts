// A part of the campaign that `npm run prove -- faults` runs as a whole.
import { test } from 'uvu'
import { match } from 'uvu/assert'
import { down } from './practice.ts'
import faults from './prove/faults.ts'

test.after(() => down('faults'))

test('an operator who is killed or interrupted in the window loses nothing, and two never get in', async () => {
  const say = (line: string) => console.error(line)
  match(
    await faults({ short: true, seed: 1, say }),
    /^faults survived (\d+)\/\1, rows lost 0, uploads lost 0$/,
  )
})

test.run()
