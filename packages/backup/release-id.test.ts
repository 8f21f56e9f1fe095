import { test } from 'uvu'
import { is } from 'uvu/assert'
import { releaseId } from './release-id.ts'

test('a release has the name of the moment it was taken', () => {
  is(releaseId('20250905_043000', ['20250904_043000', 'current', 'pinned']), '20250905_043000')
})

test('two in the same second differ', () => {
  is(releaseId('20250905_043000', ['20250905_043000']), '20250905_043001')
})

test("with the server's clock set back a day the new one still sorts after all others", () => {
  is(releaseId('20250904_235959', ['20250905_043000']), '20250905_043001')
})

test('a second later may be the next year', () => {
  is(releaseId('20250905_043000', ['20251231_235959']), '20260101_000000')
})

test.run()
