import { createCipheriv, createHash } from 'node:crypto'

/**
 * A valid PDF of one page that shows `title` (ASCII), made about `bytes` long by a stream that no reader draws
 * and nothing compresses. The same arguments always give the same bytes.
 */
export function pdf(title: string, bytes: number): Buffer {
  const text = `BT /F1 24 Tf 72 720 Td (${title.replace(/[\\()]/g, '\\$&')}) Tj ET`
  const parts: Buffer[] = []
  const offsets: number[] = []
  let length = 0
  const write = (part: string | Buffer) => {
    parts.push(Buffer.from(part as string))
    length += parts.at(-1)!.length
  }
  const object = (dictionary: string, stream?: string | Buffer) => {
    offsets.push(length)
    write(`${offsets.length} 0 obj\n${dictionary}\n`)
    if (stream !== undefined) ['stream\n', stream, '\nendstream\n'].forEach(write)
    write('endobj\n')
  }

  write('%PDF-1.4\n')
  object('<< /Type /Catalog /Pages 2 0 R >>')
  object('<< /Type /Pages /Kids [3 0 R] /Count 1 >>')
  object(
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
  )
  object(`<< /Length ${text.length} >>`, text)
  object('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>')
  const filler = Math.max(0, Math.round(bytes) - length - 400)
  object(`<< /Length ${filler} >>`, noise(title, filler))

  const start = length
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`)
  write(`xref\n0 ${offsets.length + 1}\n0000000000 65535 f \n${entries.join('')}`)
  write(`trailer\n<< /Size ${offsets.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`)
  return Buffer.concat(parts)
}

/** `bytes` that look random and follow from `seed`: the key stream of a cipher. */
function noise(seed: string, bytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest()
  return createCipheriv('aes-128-ctr', key.subarray(0, 16), key.subarray(16)).update(Buffer.alloc(bytes))
}
