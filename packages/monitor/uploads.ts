import { createHash } from 'node:crypto'
import { bytes, read, refuse, type Settings } from '@stories/shared'
import type { Page, Visitor } from './visitor.ts'

/** How many files of each folder are compared. */
const SAMPLE = 5

/** What is wrong with an answer that must be a PDF; undefined when nothing is. */
export function faultOfPdf(
  { status, headers, content, error }: Omit<Page, 'path'>,
  name: string,
): string | undefined {
  if (status !== 200) return `${name} answers ${status || error}`
  const type = String(headers['content-type'] ?? 'nothing')
  if (!type.startsWith('application/pdf')) return `${name} comes as ${type}`
  if (content.subarray(0, 4).toString('latin1') !== '%PDF') return `${name} does not begin with %PDF`
  return undefined
}

/** Where the site shows a file of the project folder: Next.js serves what is in public/ without that word. */
export const sitePath = (file: string) =>
  `/${file
    .replace(/^public\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/')}`

/** Some of many: those whose names need care first (spaces, other alphabets), then evenly from the first to the last. */
export function sample(files: string[], count: number): string[] {
  const sorted = [...files].sort()
  const careful = sorted.filter((file) => /[^\w./-]/.test(file)).slice(0, Math.floor(count / 2))
  const rest = sorted.filter((file) => !careful.includes(file))
  const left = Math.min(count - careful.length, rest.length)
  const step = left > 1 ? (rest.length - 1) / (left - 1) : 0
  return [...careful, ...Array.from({ length: left }, (_, index) => rest[Math.round(index * step)]!)]
}

/**
 * Uploaded PDFs are accessible: the sample file, and some real files of each upload folder, compared by hash with what
 * lies on the server.
 * @throws Stop (exit 3) with the first file that a visitor doesn't get as it is, or when there is none to compare
 */
export async function uploads(site: Visitor, settings: Settings): Promise<string> {
  const wrong = faultOfPdf(await site(settings.SAMPLE_FILE), settings.SAMPLE_FILE)
  if (wrong) refuse(wrong)
  const folders = settings.UPLOAD_DIRS.split(',')
  const listed = await read`for folder in ${folders}; do
      [ ! -d "$folder" ] || sudo find "$folder" -type f -iname '*.pdf' -print0; done`.text()
  const files = listed.split('\0').filter(Boolean)
  const picked = folders.flatMap((folder) =>
    sample(
      files.filter((file) => file.startsWith(`${folder}/`)),
      SAMPLE,
    ),
  )
  if (picked.length === 0) refuse(`there is no PDF in ${folders.join(', ')}`)

  const hashes = (await read`sudo sha256sum -z -- ${picked}`.text())
    .split('\0')
    .map((line) => line.slice(0, 64))
  let size = 0
  for (const [index, file] of picked.entries()) {
    const page = await site(sitePath(file))
    const fault = faultOfPdf(page, file)
    if (fault) refuse(`${fault}, though it is on the server`)
    if (createHash('sha256').update(page.content).digest('hex') !== hashes[index])
      refuse(`a visitor gets another ${file} than the one that is on the server`)
    size += page.content.length
  }
  return `${settings.SAMPLE_FILE}, and ${picked.length} of ${files.length} PDFs (${bytes(size)}) are the server's own files`
}
