// Every secret that this process has seen, in each form in which a program may print it.
const secrets = new Set<string>()

/** A key whose value is never shown. */
export const SECRET_KEY =
  /PASSWORD|PASSWD|SECRET|TOKEN|PRIVATE|CREDENTIAL|API_?KEY|ACCESS_?KEY|PASSPHRASE|_URL$/i

/** Remembers a secret, so that {@link redact} masks it plain, URL-encoded and in base64. Shorter than 4 characters is not a secret. */
export function keepSecret(value: string): void {
  if (value.length < 4) return
  secrets.add(value)
  secrets.add(encodeURIComponent(value))
  secrets.add(JSON.stringify(value).slice(1, -1))
  // In base64 the same bytes read in three ways, by where they stand in the whole; the edges are dropped.
  for (const shift of [0, 1, 2]) {
    const encoded = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)]).toString('base64')
    const inner = encoded.slice(shift === 0 ? 0 : 4, -4)
    if (inner.length >= 8) secrets.add(inner)
  }
}

/** Remembers the secrets of an env file's entries: values of keys that sound secret, and the password inside any URL. */
export function keepSecretsOf(entries: Record<string, string | undefined>): void {
  for (const [key, value] of Object.entries(entries)) {
    if (!value) continue
    const password = /^[a-z][\w+.-]*:\/\/[^:@/\s]*:([^@/\s]+)@/i.exec(value)?.[1]
    if (password) {
      keepSecret(password)
      try {
        keepSecret(decodeURIComponent(password))
      } catch {
        // not URL-encoded: the plain form is kept already
      }
    } else if (SECRET_KEY.test(key) && !/_URL$/i.test(key)) keepSecret(value)
  }
}

/** The text with every known secret masked. */
export function redact(text: string): string {
  let masked = text
  for (const secret of [...secrets].sort((a, b) => b.length - a.length))
    masked = masked.replaceAll(secret, '••••')
  return masked
}
