import { test } from 'uvu'
import { equal, is, not, ok } from 'uvu/assert'
import { quote } from './quote.ts'
import { keepSecret, keepSecretsOf, redact, redactedJson, SECRET_KEY } from './redact.ts'

const secret = `p@ss/w+rd'(1) "x"`
keepSecret(secret)

const base64 = (text: string, kind: 'base64' | 'base64url' = 'base64') => Buffer.from(text).toString(kind)

test('a secret is masked in every form in which a program may print it', () => {
  const forms = {
    plain: secret,
    'URL-encoded': encodeURIComponent(secret),
    'form-encoded': String(new URLSearchParams({ q: secret })).slice(2),
    JSON: JSON.stringify(secret),
    'shell word': quote(secret),
    'SQL literal': `'${secret.replaceAll("'", "''")}'`,
  }
  for (const [form, text] of Object.entries(forms)) {
    const masked = redact(`before ${text} after`)
    ok(masked.includes('••••'), `${form}: ${masked}`)
    not.ok(masked.includes('w+rd') || masked.includes('w%2Brd'), `${form}: ${masked}`)
  }
})

test('a secret inside base64 is masked wherever it stands, so that an Authorization header says nothing', () => {
  const short = 'hunter22'
  keepSecret(short)
  for (const kind of ['base64', 'base64url'] as const)
    for (const before of ['', 'u:', 'us:', 'usr:', 'user:'])
      for (const after of ['', '\n', ':x', ':xyz']) {
        const masked = redact(base64(`${before}${short}${after}`, kind))
        ok(masked.includes('••••'), `${kind} ${JSON.stringify([before, after])}: ${masked}`)
        const rest = Buffer.from(masked.replaceAll('••••', ''), kind).toString('latin1')
        not.ok(rest.includes(short.slice(2, 6)), rest)
      }
})

test('each line of a private key is masked on its own', () => {
  keepSecret('-----BEGIN KEY-----\nMIIEvQIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----')
  is(redact('read MIIEvQIBADANBgkq'), 'read ••••')
  is(redact('hkiG9w0BAQEFAASC'), '••••')
})

test('the longer of two secrets is masked whole', () => {
  keepSecret('correct horse')
  keepSecret('correct horse battery')
  is(redact('correct horse battery staple'), '•••• staple')
})

test('what is too short or an ordinary word is no secret', () => {
  for (const word of ['', 'abc', 'true', 'false']) keepSecret(word)
  is(redact('abc is true, not false'), 'abc is true, not false')
})

test('an env file gives its secrets: by the name of the key, and the password inside a URL', () => {
  keepSecretsOf({
    NEXTAUTH_SECRET: 'four-words-of-secret',
    SMTP_PASS: 'mail-passphrase',
    NODE_ENV: 'production',
    NEXTAUTH_URL: 'https://1001stories.example.org',
    DATABASE_URL: 'postgresql://stories_user:p%40ssage1@postgres:5432/stories_db?schema=public',
    OTHER_URL: 'postgresql://user:sl/ash@ed@host:5432/stories_db',
    EMPTY_PASSWORD: '',
    MISSING_PASSWORD: undefined,
  })
  const text = 'four-words-of-secret mail-passphrase p%40ssage1 p@ssage1 sl/ash@ed'
  equal(redact(text), '•••• •••• •••• •••• ••••')
  const open = 'production https://1001stories.example.org stories_user postgres:5432/stories_db'
  is(redact(open), open)
})

test('JSON stays JSON: a secret of digits is masked in a text and not in a number', () => {
  keepSecret('12345')
  equal(JSON.parse(redactedJson({ ms: 12345, why: 'port 12345', list: ['12345'] })), {
    ms: 12345,
    why: 'port ••••',
    list: ['••••'],
  })
})

test('keys that sound secret are known by name', () => {
  for (const key of ['POSTGRES_PASSWORD', 'SMTP_PASS', 'DB_PWD', 'STRIPE_API_KEY', 'JWT_KEY', 'DATABASE_URL'])
    ok(SECRET_KEY.test(key), key)
  for (const key of ['NODE_ENV', 'EMAIL_FROM', 'PWD', 'PORT', 'KEYBOARD']) not.ok(SECRET_KEY.test(key), key)
})

test.run()
