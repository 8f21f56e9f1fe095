import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { uploadFolders } from './uploads.ts'

test("the folders have the plan's names", () => {
  equal(uploadFolders(['public/books', 'public/books-upload', 'uploads/']), [
    { path: 'public/books', folder: 'books' },
    { path: 'public/books-upload', folder: 'books-upload' },
    { path: 'uploads/', folder: 'uploads' },
  ])
})

test('two directories of the same name do not become one', () => {
  equal(
    uploadFolders(['public/books', 'private/books']).map(({ folder }) => folder),
    ['public-books', 'private-books'],
  )
})

test.run()
