import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { keepCookies, redirection } from './visitor.ts'

test('keeps the cookies of an answer and forgets those that are taken back', () => {
  const cookies = new Map([['old', 'x']])
  keepCookies(cookies, ['session=abc.def=; Path=/; HttpOnly', 'theme=seeds', 'old=; Max-Age=0', 'nonsense'])
  assert.equal(
    [...cookies],
    [
      ['session', 'abc.def='],
      ['theme', 'seeds'],
    ],
  )
  keepCookies(cookies, 'theme=seeds; max-age=0')
  keepCookies(cookies, undefined)
  assert.equal([...cookies.keys()], ['session'])
})

test('follows a redirect within the site and none that leads away', () => {
  const answer = (status: number, location?: string) => ({ status, headers: location ? { location } : {} })
  const site = 'https://stories.test'
  assert.is(redirection(answer(302, '/login?from=dashboard'), '/dashboard', site), '/login?from=dashboard')
  assert.is(redirection(answer(307, 'https://stories.test/en'), '/', site), '/en')
  assert.is(redirection(answer(301, 'https://elsewhere.test/'), '/', site), undefined)
  assert.is(redirection(answer(200, '/login'), '/', site), undefined)
  assert.is(redirection(answer(304), '/', site), undefined)
})

test.run()
