/** What may become of a backup, and in which words verify.ts must refuse it. */
export interface Corruption {
  name: string
  /** Bash, run by root in a copy of a good backup. */
  spoil: string
  /** What the refusal must say. */
  reason: RegExp
  /**
   * What it must say when the manifest was made anew for the spoilt files: then no hash can tell, and only what was
   * restored and compared can. Left out where that is no other backup in any way that counts.
   */
  resealed?: RegExp
}

// A row of a COPY block: the third one after its beginning.
const row = (edit: string) =>
  `at=$(grep -n '^COPY public."User" ' database_backup.sql | cut -d: -f1); sed -i "$((at + 3))${edit}" database_backup.sql`

/** Those that spoil a backup which is there. */
export const CORRUPTIONS: Corruption[] = [
  {
    name: '0-byte dump',
    spoil: ': > database_backup.sql',
    reason: /database_backup\.sql has 0 bytes instead of/,
    resealed: /the dump has no closing line/,
  },
  {
    name: 'truncated dump',
    spoil: 'truncate -s "$(($(stat -c %s database_backup.sql) / 2))" database_backup.sql',
    reason: /database_backup\.sql has \d+ bytes instead of/,
    resealed: /the dump has no closing line/,
  },
  {
    name: 'last line cut',
    spoil: 'sed -i "/PostgreSQL database dump complete/,$ d" database_backup.sql',
    reason: /database_backup\.sql has \d+ bytes instead of/,
    resealed: /the dump has no closing line/,
  },
  {
    name: 'wrong database',
    spoil: 'docker exec 1001-stories-db pg_dump -U postgres template1 > database_backup.sql',
    reason: /database_backup\.sql has \d+ bytes instead of/,
    resealed: /table public\.User is only in production/,
  },
  {
    name: 'one row missing',
    spoil: row('d'),
    reason: /database_backup\.sql has \d+ bytes instead of/,
    resealed: /table public\.\w+ has \d+ rows in production|violates foreign key/,
  },
  {
    name: 'one row changed',
    spoil: row('s/@/%/'),
    reason: /database_backup\.sql has another content than when it was written/,
    resealed: /table public\.User: \d+ rows in both, but other content/,
  },
  {
    name: 'one bit flipped in an archive',
    spoil: 'node -e "$FLIP" postgres_volume.tar.gz',
    reason: /postgres_volume\.tar\.gz has another content than when it was written/,
    resealed: /gzip|crc|checksum|tar|pg_verifybackup/i,
  },
  {
    name: 'a missing upload',
    spoil: 'rm "books/sample.pdf"',
    reason: /books\/sample\.pdf is missing/,
  },
  {
    name: 'an upload with other content',
    spoil: 'node -e "$FLIP" "books/The Lion and the Mouse.pdf"',
    reason: /books\/The Lion and the Mouse\.pdf has another content than when it was written/,
  },
  {
    name: 'manifest edited',
    spoil: `sed -i 's/"branch": "[^"]*"/"branch": "main"/' manifest.json`,
    reason: /manifest\.json is not what backup\.ts wrote/,
  },
  {
    name: '.env missing',
    spoil: 'rm .env.backup',
    reason: /\.env\.backup is missing/,
    resealed: /\.env\.backup is not in the manifest/,
  },
  {
    name: 'base backup without its WAL',
    spoil: `mkdir unpacked.tmp; tar -xzf postgres_volume.tar.gz -C unpacked.tmp; rm unpacked.tmp/pg_wal/0*
      tar -czf postgres_volume.tar.gz -C unpacked.tmp .; rm -r unpacked.tmp`,
    reason: /postgres_volume\.tar\.gz has \d+ bytes instead of/,
    resealed: /WAL|pg_wal/,
  },
]

/** Node: turns over one bit in the middle of the file that is its argument. */
export const FLIP = `const fs = require('fs'), [, file] = process.argv, bytes = fs.readFileSync(file)
bytes[bytes.length >> 1] ^= 16; fs.writeFileSync(file, bytes)`

/** Node, in a backup: makes the manifest and its seal anew for the files as they are now. */
export const RESEAL = `const fs = require('fs'), { createHash } = require('crypto'), hash = (data) => createHash('sha256').update(data).digest('hex')
const manifest = JSON.parse(fs.readFileSync('manifest.json'))
for (const [name, file] of Object.entries(manifest.files)) {
  if (!fs.existsSync(name)) { delete manifest.files[name]; continue }
  const data = fs.readFileSync(name); Object.assign(file, { bytes: data.length, sha256: hash(data) })
}
const text = JSON.stringify(manifest, null, 2) + '\\n'
fs.writeFileSync('manifest.json', text); fs.writeFileSync('manifest.sha256', hash(text) + '  -\\n')`
