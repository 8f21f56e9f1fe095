import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { faultOf } from './pages.ts'

const page = {
  status: 200,
  headers: { 'content-type': 'text/html; charset=utf-8' } as Record<string, string>,
  body: '<html><body><h1>1001 Stories</h1></body></html>\n',
  path: '/',
}

test('finds nothing wrong with a whole page', () => assert.is(faultOf(page), undefined))

test('does not take any answer for a page', () => {
  assert.is(faultOf({ ...page, status: 0, error: 'ECONNREFUSED' }), '/ gives no answer: ECONNREFUSED')
  assert.is(faultOf({ ...page, status: 502 }), '/ answers 502')
  assert.is(faultOf({ ...page, status: 404, path: '/esl' }), '/esl answers 404')
  assert.match(faultOf({ ...page, headers: { 'content-type': 'application/json' } }) ?? '', 'not a page')
  assert.match(faultOf({ ...page, headers: {} }) ?? '', 'of no type')
})

test('tells the maintenance page from a broken site', () => {
  assert.is(
    faultOf({ ...page, status: 503, headers: { 'retry-after': '300' } }),
    '/: the maintenance page is on',
  )
  assert.is(faultOf({ ...page, status: 503 }), '/ answers 503')
})

test('notices a page that is cut short or shows an error with 200', () => {
  assert.match(faultOf({ ...page, body: '<html><body><h1>1001' }) ?? '', 'cut short')
  const error = '<html><body><h2>Application error: a client-side exception has occurred</h2></body></html>'
  assert.match(faultOf({ ...page, body: error }) ?? '', 'shows "Application error"')
})

test.run()
