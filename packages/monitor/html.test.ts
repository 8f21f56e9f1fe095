import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { assets, linksBelow, visibleText, within } from './html.ts'

const SITE = 'https://stories.test'

test('finds the styles, scripts and pictures of the site itself, each once', () => {
  const html = `<link rel="stylesheet" href="/theme.css?v=1&amp;x=2"><link rel=icon href=/icon.png>
    <link rel="canonical" href="https://stories.test/"><script src='/app.js'></script><script>inline()</script>
    <img alt="" src="https://elsewhere.test/a.png"><img src="cover.jpg"><img src="/icon.png">`
  assert.equal(assets(html, SITE), ['/theme.css?v=1&x=2', '/icon.png', '/app.js', '/cover.jpg'])
})

test('finds the stories of a list and not the list itself', () => {
  const html = `<a href="/stories">All</a> <a class="x" href="/stories/42">One</a> <a href="/stories/42">again</a>
    <a href="https://stories.test/stories/43">absolute</a> <a href="/storieses/1">other</a> <a href="mailto:x@y.z">mail</a>`
  assert.equal(linksBelow(html, '/stories', SITE), ['/stories/42', '/stories/43'])
  assert.equal(linksBelow(html, '/stories/', SITE), ['/stories/42', '/stories/43'])
})

test('sees what a reader sees', () => {
  assert.match(
    visibleText('<title>A</title><style>.ESL{}</style><p>Seeds of\n<b>Empowerment</b> &amp; more'),
    'Seeds of Empowerment & more',
  )
  assert.not.match(visibleText('<script>"ESL"</script><a href="/esl">Learn</a>'), /ESL/i)
})

test('stays within the site', () => {
  assert.is(within('/a?b=1#c', SITE), '/a?b=1')
  assert.is(within('next', SITE, '/stories/1'), '/stories/next')
  assert.is(within('//elsewhere.test/a', SITE), undefined)
  assert.is(within('https://stories.test:8443/', SITE), undefined)
  assert.is(within('http://', SITE), undefined)
  assert.is(within(undefined, SITE), undefined)
})

test.run()
