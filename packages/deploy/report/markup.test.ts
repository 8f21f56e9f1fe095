import { keepSecret } from '@stories/shared'
import { test } from 'uvu'
import { is, not } from 'uvu/assert'
import { html, raw } from './markup.ts'

test('what stands in the template is markup, what is put into it is text', () => {
  is(
    html`<p title="${'" onclick="x'}">${"<script>&'"}</p>`.markup,
    '<p title="&quot; onclick=&quot;x">&lt;script&gt;&amp;&#39;</p>',
  )
})

test('markup in markup stays markup, lists are joined, nothing is nothing', () => {
  const items = ['a', '<b>'].map((item) => html`<li>${item}</li>`)
  is(html`<ul>${items}${undefined}${false}${0}</ul>`.markup, '<ul><li>a</li><li>&lt;b&gt;</li>0</ul>')
  is(html`${raw('<hr>')}`.markup, '<hr>')
})

test('a secret is masked before its signs are escaped', () => {
  keepSecret('p&ss<w>rd')
  const { markup } = html`<p>${'postgres://app:p&ss<w>rd@db'}</p>`
  is(markup, '<p>postgres://app:••••@db</p>')
  not.match(markup, 'p&amp;ss')
})

test('signs that no page may hold, and those that turn a line around, are replaced', () => {
  is(html`${'a\u0000b\u202ec\u001b[31md'}`.markup, 'a�b�c�[31md')
})

test.run()
