import type {
  AlterDomainStmt,
  AlterEnumStmt,
  Constraint,
  CreateDomainStmt,
  CreateEnumStmt,
} from 'libpg-query'
import { ofKind, quoted, shown, words } from './nodes.ts'
import type { Parsed } from './parse.ts'
import type { Release } from './release.ts'
import type { Finding } from './statement.ts'

/** CREATE TYPE … AS ENUM. */
export function createEnum(it: CreateEnumStmt, _: Parsed, release: Release): Finding {
  const type = quoted(words(it.typeName))
  release.makeEnum(type, words(it.vals))
  return { kind: 'create enum', note: shown(type) }
}

/** ALTER TYPE … ADD VALUE and RENAME VALUE. */
export function alterEnum(it: AlterEnumStmt, parsed: Parsed, release: Release): Finding {
  const type = quoted(words(it.typeName))
  if (it.oldVal !== undefined) {
    const note = `${shown(type)}: ${it.oldVal} becomes ${it.newVal}, and the old client knows only the old name`
    return { kind: 'rename enum value', breaksOldCode: !release.isNew('type', type), note }
  }
  release.values.add(shown(type), it.newVal ?? '', parsed.line)
  const note = `${shown(type)}: ${it.newVal}; the old client stops at a row that has it, so nothing may write it while the old code runs`
  return { kind: 'add enum value', irreversible: !release.isNew('type', type), note }
}

/** CREATE DOMAIN. */
export function createDomain(it: CreateDomainStmt, _: Parsed, release: Release): Finding {
  const type = quoted(words(it.domainname))
  release.makeDomain(type, ofKind<Constraint>(it.constraints, 'Constraint'))
  return { kind: 'create domain', note: shown(type) }
}

/** ALTER DOMAIN: what its columns accept. */
export function alterDomain(it: AlterDomainStmt, _: Parsed, release: Release): Finding {
  const type = quoted(words(it.typeName))
  const fact: Finding = { kind: 'alter domain', note: shown(type) }
  if (release.isNew('type', type)) {
    // Its columns are judged by what it was made with: from here on it counts as old.
    release.drop('type', type)
    return { ...fact, opaque: true }
  }
  const stricter = it.subtype === 'C' || it.subtype === 'O'
  return { ...fact, breaksOldCode: true, mayFail: stricter ? { why: 'rows that do not meet it' } : undefined }
}
