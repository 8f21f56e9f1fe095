import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { faultOfPdf, sample, sitePath } from './uploads.ts'

const pdf = {
  status: 200,
  ms: 1,
  headers: { 'content-type': 'application/pdf' },
  body: '',
  content: Buffer.from('%PDF-1.4\n'),
  reused: false,
}

test('takes a PDF for one by what it is, not by its name', () => {
  assert.is(faultOfPdf(pdf, 'a.pdf'), undefined)
  assert.is(faultOfPdf({ ...pdf, status: 404 }, 'a.pdf'), 'a.pdf answers 404')
  assert.is(
    faultOfPdf({ ...pdf, headers: { 'content-type': 'text/html' } }, 'a.pdf'),
    'a.pdf comes as text/html',
  )
  assert.is(faultOfPdf({ ...pdf, content: Buffer.from('<html>') }, 'a.pdf'), 'a.pdf does not begin with %PDF')
  assert.is(faultOfPdf({ ...pdf, content: Buffer.alloc(0) }, 'a.pdf'), 'a.pdf does not begin with %PDF')
})

test('knows where the site shows a file, whatever its name', () => {
  assert.is(sitePath('public/books/sample.pdf'), '/books/sample.pdf')
  assert.is(sitePath('uploads/Día [2] & more?.pdf'), '/uploads/D%C3%ADa%20%5B2%5D%20%26%20more%3F.pdf')
  assert.is(sitePath('public/books/별.pdf'), '/books/%EB%B3%84.pdf')
})

test('compares files from the whole folder, difficult names among them', () => {
  const files = Array.from({ length: 100 }, (_, index) => `books/${String(index).padStart(3, '0')}.pdf`)
  assert.equal(sample(files, 5), [
    'books/000.pdf',
    'books/025.pdf',
    'books/050.pdf',
    'books/074.pdf',
    'books/099.pdf',
  ])
  const picked = sample([...files, 'books/The Lion.pdf', "books/teacher's notes.pdf", 'books/별.pdf'], 5)
  assert.is(picked.length, 5)
  assert.ok(picked.filter((file) => /[^\w./-]/.test(file)).length >= 2)
})

test('takes all of a few, each once, and none of none', () => {
  assert.equal(sample(['b.pdf', 'a b.pdf'], 5).sort(), ['a b.pdf', 'b.pdf'])
  assert.equal(sample(['only one.pdf'], 5), ['only one.pdf'])
  assert.equal(sample([], 5), [])
})

test.run()
