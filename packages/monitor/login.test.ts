import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { rejection } from './login.ts'
import { magicLink } from './mail.ts'

test('takes the request for a link as accepted by its page, not by its sending', () => {
  assert.is(rejection({ status: 200, path: '/api/auth/signin/email' }), undefined)
  assert.is(rejection({ status: 200, path: '/api/auth/verify-request?provider=email&type=email' }), undefined)
  assert.match(rejection({ status: 200, path: '/login?error=EmailSignin' }) ?? '', 'the error EmailSignin')
  assert.match(rejection({ status: 500, path: '/api/auth/signin/email' }) ?? '', 'answered with 500')
  assert.match(
    rejection({ status: 0, path: '/api/auth/signin/email', error: 'ECONNRESET' }) ?? '',
    'ECONNRESET',
  )
})

test('finds the magic link in a mail, also among other links and markup', () => {
  const link = 'https://stories.test/api/auth/callback/email?token=ab%2F1&email=a%40b.test'
  assert.is(magicLink(`Sign in:\r\n\r\n${link}\r\n\r\nSee https://stories.test/help`), link)
  assert.is(magicLink(`<a href="${link}">Sign in</a>`), link)
  assert.is(magicLink('Sign in at https://stories.test/login'), undefined)
})

test.run()
