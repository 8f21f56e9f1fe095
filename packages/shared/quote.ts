/**
 * Quotes a value as one word of a POSIX shell: plain words as they are, all others in single quotes.
 * Unlike zx's own `$'…'` this means the same in sh, dash and bash, so it survives any login shell.
 */
export function quote(value: string): string {
  if (value.includes('\0')) throw new TypeError('a shell word cannot hold a NUL character')
  return /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`
}
