import { test } from 'uvu'
import { equal, is } from 'uvu/assert'
import { closing, readUvu, sum } from './totals.ts'

const uvu = (total: number, passed: number, skipped = 0) =>
  `• • •   (${passed} / ${total})\n\n  Total:     ${total}\n  Passed:    ${passed}\n  Skipped:   ${skipped}\n  Duration:  3.10ms\n\n`

test("uvu's closing lines are read", () => {
  equal(readUvu(uvu(5, 4, 2)), { passed: 4, failed: 1, skipped: 2 })
})

test('a file without closing lines has no totals', () => {
  is(readUvu('SyntaxError: Unexpected token'), undefined)
  is(readUvu(''), undefined)
})

test('the closing lines of several packages add up, however turbo prefixes them', () => {
  const output = [
    `@stories/shared:test: ${closing('@stories/shared', { passed: 10, failed: 0, skipped: 0 })}`,
    '@stories/shared:test: ✓ quote.test.ts  7 of 7, 310 ms',
    closing('@stories/deploy', { passed: 5, failed: 2, skipped: 1 }),
  ].join('\n')
  equal(sum(output), { passed: 15, failed: 2, skipped: 1 })
})

test.run()
