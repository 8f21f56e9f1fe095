import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { foldersAround, writtenInside } from './container-files.ts'

const MOUNTS = [{ Destination: '/app/public/books' }, { Destination: '/app/uploads' }]
const written = (...lines: string[]) => writtenInside(lines.join('\n'), MOUNTS)

test('files that the app added outside every mount are found, without the folders that hold them', () => {
  equal(written('C /app', 'A /app/public/avatars', 'A /app/public/avatars/ann.png', 'A /app/note.txt'), [
    '/app/public/avatars/ann.png',
    '/app/note.txt',
  ])
})

test('what is mounted is on the host already', () => {
  equal(written('A /app/uploads', 'A /app/uploads/a.pdf', 'A /app/public/books/b.pdf'), [])
  equal(written('A /app/uploads-old/a.pdf'), ['/app/uploads-old/a.pdf'])
})

test("the folder in which Docker puts a mount is nobody's file", () => {
  equal(written('A /app/public', 'C /app'), [])
})

test('caches, logs and what an image changed or lost are left out', () => {
  equal(
    written(
      'A /tmp/x',
      'A /root/.npm/_logs/1.log',
      'A /app/.next/cache/x',
      'A /app/node_modules/.cache/x',
      'C /etc/hosts',
      'D /app/old.txt',
      '',
    ),
    [],
  )
})

test('a name with a space is one file', () => {
  equal(written('A /app/public/avatars/ann smith.png'), ['/app/public/avatars/ann smith.png'])
})

test('a folder that the app made comes along, one that the image brought keeps its owner and mode', () => {
  const diff = [
    'C /app/public',
    'A /app/public/avatars',
    'A /app/public/avatars/ann.png',
    'A /app/empty',
  ].join('\n')
  equal(foldersAround(diff, ['/app/public/avatars/ann.png']), ['/app/public/avatars'])
})

test.run()
