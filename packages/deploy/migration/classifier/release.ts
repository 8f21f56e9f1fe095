import type { Constraint, ObjectType } from 'libpg-query'
import { NewValues } from './newvalues.ts'
import { loose } from './nodes.ts'
import type { Value } from './truth.ts'

/** A column that a release adds to an existing table. */
export type Column = {
  /** What the rows have that are there. */
  rows: Value
  /** What the old code's inserts get, which don't name it. */
  inserts: Value
  required: boolean
  /** A constraint or unique index depends on what inserts get. */
  bound: boolean
  /** While a row points at another by it, the old code can't delete that other row. */
  holds: boolean
}

/** The things that a release can make for itself, and then change without anybody noticing. */
export type Thing = 'table' | 'view' | 'index' | 'sequence' | 'type' | 'schema' | 'statistics'

export const things: Partial<Record<ObjectType, Thing>> = {
  OBJECT_TABLE: 'table',
  OBJECT_VIEW: 'view',
  OBJECT_MATVIEW: 'view',
  OBJECT_INDEX: 'index',
  OBJECT_SEQUENCE: 'sequence',
  OBJECT_TYPE: 'type',
  OBJECT_DOMAIN: 'type',
  OBJECT_SCHEMA: 'schema',
  OBJECT_STATISTIC_EXT: 'statistics',
}

/**
 * What a release has done so far: what it made, renamed and wrote. What it made the old code doesn't know, so
 * nothing that happens to it can break the old code or lose what was there; whatever isn't known to be new counts as
 * old. A release may be several files, one after the other. A name without a schema is taken to be in public.
 */
export class Release {
  #made = new Set<string>()
  #temporary = new Set<string>()
  #doubtful = new Set<string>()
  #columns = new Map<string, Map<string, Column>>()
  #labels = new Map<string, string[]>()
  #domains = new Map<string, Constraint[]>()
  #before = new Map<string, string>()
  #written = new Set<string>()
  #wroteUnseen = false
  #reaching = new Set<string>()
  #holding = new Set<string>()
  /** Values that it adds to enums. */
  readonly values = new NewValues()
  #key = loose

  make(thing: Thing, name: string): void {
    this.#made.add(`${thing} ${this.#key(name)}`)
  }

  /** A temporary table hides another of the same name, but only where no schema is named. */
  makeTemporary(name: string): void {
    this.#temporary.add(name)
  }

  isTemporary(name: string): boolean {
    return this.#temporary.has(name)
  }

  isNew(thing: Thing, name: string): boolean {
    return (thing === 'table' && this.isTemporary(name)) || this.#made.has(`${thing} ${this.#key(name)}`)
  }

  /** It is gone, or no longer the release's alone. */
  drop(thing: Thing, name: string): void {
    if (thing === 'table' && this.#temporary.delete(name)) return
    this.#made.delete(`${thing} ${this.#key(name)}`)
    if (thing === 'table') this.#columns.delete(this.#key(name))
  }

  /** An old table is part of a new one: to drop that is to drop the old one, by whose name it is known from here on. */
  adopt(parent: string, child: string): void {
    this.drop('table', parent)
    this.#before.set(`table ${this.#key(parent)}`, this.before('table', child))
  }

  rename(thing: Thing, from: string, to: string): void {
    const [was, is] = [this.#key(from), this.#key(to)]
    this.#before.set(`${thing} ${is}`, this.before(thing, from))
    for (const map of [this.#columns, this.#labels, this.#domains] as Map<string, unknown>[])
      move(map, was, is)
    for (const set of [this.#written, this.#holding]) if (set.delete(was)) set.add(is)
    for (const by of ['writing', 'deleting'])
      if (this.#reaching.delete(`${by} ${was}`)) this.#reaching.add(`${by} ${is}`)
    const isMade = this.#made.delete(`${thing} ${was}`)
    this.#made.delete(`${thing} ${is}`)
    if (isMade) this.#made.add(`${thing} ${is}`)
    if (thing === 'table' && this.#temporary.delete(from)) this.#temporary.add(to)
  }

  /** The name that a thing had before the release: for questions to the database as it is. */
  before(thing: Thing, name: string): string {
    return this.#before.get(`${thing} ${this.#key(name)}`) ?? name
  }

  column(table: string, name: string): Column | undefined {
    return this.#columns.get(this.#key(table))?.get(name)
  }

  addColumn(table: string, name: string, column: Column): void {
    const columns = this.#columns.get(this.#key(table)) ?? new Map<string, Column>()
    this.#columns.set(this.#key(table), columns.set(name, column))
  }

  dropColumn(table: string, name: string): void {
    this.#columns.get(this.#key(table))?.delete(name)
  }

  renameColumn(table: string, from: string, to: string): void {
    this.#before.set(`column ${this.#key(table)}.${to}`, this.columnBefore(table, from))
    move(this.#columns.get(this.#key(table)) ?? new Map(), from, to)
  }

  columnBefore(table: string, name: string): string {
    return this.#before.get(`column ${this.#key(table)}.${name}`) ?? name
  }

  /** The statement says itself that the table, or the column of it, may not be there. */
  doubt(table: string, column = ''): void {
    this.#doubtful.add(`${this.#key(table)}.${column}`)
  }

  isDoubtful(table: string, column = ''): boolean {
    return this.#doubtful.has(`${this.#key(table)}.${column}`)
  }

  /** Labels of an enum that the release made. */
  labels(type: string): string[] | undefined {
    return this.#labels.get(this.#key(type))
  }

  makeEnum(type: string, labels: string[]): void {
    this.make('type', type)
    this.#labels.set(this.#key(type), labels)
  }

  /** Constraints of a domain that the release made. */
  domain(type: string): Constraint[] {
    return this.#domains.get(this.#key(type)) ?? []
  }

  makeDomain(type: string, constraints: Constraint[]): void {
    this.make('type', type)
    this.#domains.set(this.#key(type), constraints)
  }

  /** Rows of a table were inserted, changed or removed: what was asked before is no longer the answer. */
  write(table: string): void {
    this.#written.add(this.#key(table))
  }

  isWritten(table: string): boolean {
    return this.#wroteUnseen || this.#written.has(this.#key(table))
  }

  /** Writing to a table of the release, or only deleting from it, now changes others: by a trigger, by a reference. */
  reach(table: string, by: 'writing' | 'deleting'): void {
    this.#reaching.add(`${by} ${this.#key(table)}`)
  }

  isReaching(table: string, by: 'writing' | 'deleting'): boolean {
    return (
      this.#reaching.has(`writing ${this.#key(table)}`) || this.#reaching.has(`${by} ${this.#key(table)}`)
    )
  }

  /** Rows of this new table, once there are any, keep the old code from deleting what they point at. */
  hold(table: string): void {
    this.#holding.add(this.#key(table))
  }

  isHolding(table: string): boolean {
    return this.#holding.has(this.#key(table))
  }

  /** True when a tree names a column or thing that the database as it is doesn't have under that name. */
  isBeyond(tree: unknown): boolean {
    const columns = [...this.#columns.values()].flatMap((map) => [...map.keys()])
    const things = [...this.#before.keys(), ...this.#made, ...this.#temporary].map((key) =>
      key.replace(/^.*?"?([^".]+)"?$/, '$1'),
    )
    const unknown = new Set([...columns, ...things])
    return unknown.size > 0 && [...strings(tree)].some((name) => unknown.has(name))
  }

  /** A transaction ends well: values are usable, temporary tables may be gone. */
  commit(): void {
    this.values.commit()
    this.#temporary.clear()
    // SET LOCAL ends here: names mean again what they meant before.
    if (this.#key !== loose) this.forget()
  }

  /** What was made may be undone, or changed by code that can't be read: from here on everything counts as old. */
  forget(): void {
    for (const known of [this.#made, this.#temporary, this.#columns, this.#labels, this.#domains])
      known.clear()
    this.#wroteUnseen = true
  }

  /** With another search path, a name without a schema may be in any of them. */
  changePath(): void {
    this.forget()
    this.#key = (name) => name
  }
}

function move(map: Map<string, unknown>, from: string, to: string): void {
  const value = map.get(from)
  map.delete(to)
  if (map.delete(from)) map.set(to, value)
}

function* strings(tree: unknown): Generator<string> {
  if (typeof tree === 'string') yield tree
  else if (typeof tree === 'object' && tree) for (const value of Object.values(tree)) yield* strings(value)
}
