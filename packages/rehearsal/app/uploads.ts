import { mkdirSync, writeFileSync } from 'node:fs'
import type { Shape } from '../tree.ts'
import { pdf } from './pdf.ts'
import { STORIES_WITH_PDF, storyPdf } from './stories.ts'

/** Names that break careless quoting, encoding and globbing come first; real servers have them. */
const BOOKS = [
  'sample.pdf',
  'The Lion and the Mouse.pdf',
  '별을 세는 아이.pdf',
  ...Array.from({ length: STORIES_WITH_PDF }, (_, index) => storyPdf(index + 1)),
]
const UPLOADS = [
  "teacher's notes.pdf",
  'Día de lluvia [2].pdf',
  ...Array.from({ length: 15 }, (_, index) => `upload-${String(index + 1).padStart(3, '0')}.pdf`),
]

/**
 * Writes what visitors uploaded into the project folder `into`: 40 PDFs of unlike sizes, about `megabytes` in
 * all, in public/books and in public/books-upload (plan) or uploads (live). Owners and modes are the caller's.
 */
export function layUploads(shape: Shape, into: string, megabytes: number): void {
  const received = shape === 'plan' ? 'public/books-upload' : 'uploads'
  const paths = [
    ...BOOKS.map((name) => `public/books/${name}`),
    ...UPLOADS.map((name) => `${received}/${name}`),
  ]
  // Weights 1 to 7 in an order without pattern: some books are seven times another's size.
  const weights = paths.map((_, index) => 1 + ((index * 5) % 7))
  const unit = (megabytes * 1024 * 1024) / weights.reduce((sum, weight) => sum + weight, 0)
  for (const folder of ['public/books', received]) mkdirSync(`${into}/${folder}`, { recursive: true })
  paths.forEach((path, index) => {
    writeFileSync(`${into}/${path}`, pdf(`1001 Stories, document ${index + 1}`, unit * weights[index]!))
  })
}
