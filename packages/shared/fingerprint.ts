/**
 * What a database holds, as lines to compare: every table's rows and checksum, every sequence, and the whole catalog.
 *
 * The checksum is the sum of a 64-bit hash of every row's text: it does not depend on the order of rows, needs no sort,
 * and unlike an exclusive-or notices a row that stands there twice.
 */
export interface Fingerprint {
  /** By `schema.table`: the number of rows and the checksum. */
  tables: Record<string, { rows: number; checksum: string }>
  /** By name: columns, constraints, indexes, enums, sequences, views, functions, triggers, extensions, grants. */
  catalog: Record<string, string>
}

// The text of a value must not depend on the session that asks.
const STABLE = `SET datestyle = 'ISO, YMD'; SET timezone = 'UTC'; SET intervalstyle = 'postgres'; SET bytea_output = 'hex';
SET extra_float_digits = 1; SET search_path = ''; SET statement_timeout = 0; SET lock_timeout = 0;`

const OURS = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`

const TABLES = `SELECT format('SELECT ''table'', %L, count(*), coalesce(sum(pg_catalog.hashtextextended(t::text, 0)::numeric), 0) FROM %I.%I t', n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind = 'r' AND ${OURS} ORDER BY pg_catalog.pg_table_size(c.oid) DESC, 1 \\gexec`

const CATALOG = `
SELECT 'catalog', 'column ' || n.nspname || '.' || c.relname || '.' || a.attname, concat_ws(' ', pg_catalog.format_type(a.atttypid, a.atttypmod), CASE WHEN a.attnotnull THEN 'not null' END, a.attidentity, a.attgenerated, pg_catalog.pg_get_expr(d.adbin, d.adrelid))
FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND a.attnum > 0 AND NOT a.attisdropped AND ${OURS};
SELECT 'catalog', 'constraint ' || n.nspname || '.' || c.relname || '.' || k.conname, pg_catalog.pg_get_constraintdef(k.oid) || CASE WHEN k.convalidated THEN '' ELSE ' not validated' END
FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${OURS};
SELECT 'catalog', 'index ' || n.nspname || '.' || c.relname, pg_catalog.pg_get_indexdef(i.indexrelid) || CASE WHEN i.indisvalid THEN '' ELSE ' invalid' END
FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE ${OURS};
SELECT 'catalog', 'enum ' || n.nspname || '.' || t.typname, string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
FROM pg_catalog.pg_enum e JOIN pg_catalog.pg_type t ON t.oid = e.enumtypid JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace WHERE ${OURS} GROUP BY 2;
SELECT 'catalog', 'view ' || n.nspname || '.' || c.relname, pg_catalog.md5(pg_catalog.pg_get_viewdef(c.oid))
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('v', 'm') AND ${OURS};
SELECT 'catalog', 'function ' || n.nspname || '.' || p.proname || '(' || pg_catalog.pg_get_function_identity_arguments(p.oid) || ')', pg_catalog.md5(p.prosrc)
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
WHERE ${OURS} AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x WHERE x.objid = p.oid AND x.deptype = 'e');
SELECT 'catalog', 'trigger ' || n.nspname || '.' || c.relname || '.' || t.tgname, pg_catalog.pg_get_triggerdef(t.oid) || ' ' || t.tgenabled::text
FROM pg_catalog.pg_trigger t JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE NOT t.tgisinternal AND ${OURS};
SELECT 'catalog', 'policy ' || n.nspname || '.' || c.relname || '.' || p.polname, pg_catalog.concat_ws(' ', p.polcmd, pg_catalog.pg_get_expr(p.polqual, p.polrelid), pg_catalog.pg_get_expr(p.polwithcheck, p.polrelid))
FROM pg_catalog.pg_policy p JOIN pg_catalog.pg_class c ON c.oid = p.polrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace;
SELECT 'catalog', 'extension ' || extname, extversion FROM pg_catalog.pg_extension;
SELECT 'catalog', 'grants ' || n.nspname || '.' || c.relname, pg_catalog.array_to_string(c.relacl, ',')
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relacl IS NOT NULL AND ${OURS};
SELECT format('SELECT ''catalog'', %L, last_value::text || CASE WHEN is_called THEN '' called'' ELSE '''' END FROM %I.%I', 'sequence ' || n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind = 'S' AND ${OURS} \\gexec
`

/** The psql script whose answer {@link readFingerprint} reads. It may run inside a transaction of the caller's. */
export const FINGERPRINT_SQL = `${STABLE}\n${TABLES}\n${CATALOG}`

/** The catalog alone: what a schema is, without reading a row. */
export const CATALOG_SQL = `${STABLE}\n${CATALOG}`

/** Reads the tab-separated answer to {@link FINGERPRINT_SQL}. */
export function readFingerprint(answer: string): Fingerprint {
  const fingerprint: Fingerprint = { tables: {}, catalog: {} }
  for (const line of answer.split('\n')) {
    const [kind, name = '', first = '', ...more] = line.split('\t')
    if (kind === 'table') fingerprint.tables[name] = { rows: Number(first), checksum: more[0] ?? '' }
    if (kind === 'catalog') fingerprint.catalog[name] = [first, ...more].join('\t')
  }
  return fingerprint
}

/**
 * The differences of two fingerprints, a readable line each; none when they are the same.
 * @param left,right what each side is called in the lines
 */
export function differences(a: Fingerprint, b: Fingerprint, left = 'before', right = 'after'): string[] {
  const lines: string[] = []
  for (const name of new Set([...Object.keys(a.tables), ...Object.keys(b.tables)])) {
    const one = a.tables[name]
    const other = b.tables[name]
    if (!one || !other)
      lines.push(`table ${name} is only in ${one ? left : right} (${(one ?? other)?.rows} rows)`)
    else if (one.rows !== other.rows)
      lines.push(`table ${name} has ${one.rows} rows in ${left}, ${other.rows} in ${right}`)
    else if (one.checksum !== other.checksum)
      lines.push(`table ${name}: ${one.rows} rows in both, but other content`)
  }
  for (const name of new Set([...Object.keys(a.catalog), ...Object.keys(b.catalog)])) {
    const one = a.catalog[name]
    const other = b.catalog[name]
    if (one === other) continue
    if (one === undefined || other === undefined)
      lines.push(`${name} is only in ${one === undefined ? right : left}`)
    else lines.push(`${name}: ${one} in ${left}, ${other} in ${right}`)
  }
  return lines
}
