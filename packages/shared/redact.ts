import { quote } from './quote.ts'

// Every secret that this process has seen, in each form in which a program may print it.
const secrets = new Set<string>()

/** A key whose value is never shown. */
export const SECRET_KEY = /PASS|_PWD$|SECRET|TOKEN|PRIVATE|CREDENTIAL|API_?KEY|ACCESS_?KEY|_KEY$|_URL$/i

/** What is no secret even under such a key; masking it would eat ordinary words. */
const PLAIN = /^(true|false|none|null|undefined)$/i

/**
 * Remembers a secret, so that {@link redact} masks it: plain, URL-encoded, in base64, and as JSON, SQL and the shell
 * write it; of several lines each one too. Shorter than 4 characters is not a secret.
 */
export function keepSecret(value: string): void {
  if (value.length < 4 || PLAIN.test(value)) return
  const form = String(new URLSearchParams({ _: value })).slice(2)
  const forms = [
    value,
    encodeURIComponent(value),
    form,
    form.replaceAll('+', '%20'),
    JSON.stringify(value).slice(1, -1),
    value.replaceAll("'", "''"),
    quote(value).replace(/^'|'$/g, ''),
    ...base64(value),
    ...value.split(/\r?\n/).filter((line) => line.length >= 8),
  ]
  for (const one of forms) secrets.add(one)
}

/** In base64 the same bytes read in three ways, by where they stand in the whole; characters shared with a neighbour are left out. */
function base64(value: string): string[] {
  const forms = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), Buffer.from(value)])
    return text.toString('base64').slice(Math.ceil((shift * 8) / 6), Math.floor((text.length * 8) / 6))
  })
  const long = forms.filter((form) => form.length >= 6)
  return [...long, ...long.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))]
}

/** Remembers the secrets of an env file's entries: values of keys that sound secret, and the password inside any URL. */
export function keepSecretsOf(entries: Record<string, string | undefined>): void {
  for (const [key, value] of Object.entries(entries)) {
    if (!value) continue
    const passwords = passwordsOf(value)
    for (const password of passwords) keepSecret(password)
    if (passwords.length === 0 && SECRET_KEY.test(key) && !/_URL$/i.test(key)) keepSecret(value)
  }
}

/** The password of a URL, also one with an unencoded / or @ in it: as far as the first @, and as far as the last. */
function passwordsOf(url: string): string[] {
  const start = /^[a-z][\w+.-]*:\/\/[^:@/\s]*:/i
  const found = [/([^@\s]+)@/, /(\S+)@/].flatMap((end) => {
    const password = new RegExp(start.source + end.source, 'i').exec(url)?.[1]
    return password ? [password] : []
  })
  return [...new Set(found)].flatMap((password) => {
    try {
      return [password, decodeURIComponent(password)]
    } catch {
      return [password] // not URL-encoded
    }
  })
}

/** The text with every known secret masked. */
export function redact(text: string): string {
  let masked = text
  for (const secret of [...secrets].sort((a, b) => b.length - a.length))
    masked = masked.replaceAll(secret, '••••')
  return masked
}

/** A value as JSON on one line, with every known secret in its texts masked; numbers stay numbers. */
export const redactedJson = (value: unknown) =>
  JSON.stringify(value, (_, part) => (typeof part === 'string' ? redact(part) : part))
