const OURS = `n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'`

/** The owner, and what is granted in an order that does not depend on who was granted first; nothing said is the default. */
const granted = (acl: string, kind: string, owner: string) =>
  `pg_catalog.pg_get_userbyid(${owner}) || ' ' || (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(coalesce(${acl}, pg_catalog.acldefault(${kind}, ${owner}))) a)`

/**
 * The psql questions about rights, asked in the dump's own snapshot and again of the restored copy: roles and their
 * attributes, who belongs to whom, who owns what, and what is granted. Each line of the answer begins with `right`.
 */
export const RIGHTS_SQL = `
SELECT 'right', 'role ' || rolname, concat_ws(' ', CASE WHEN rolsuper THEN 'superuser' END, CASE WHEN rolinherit THEN 'inherit' END, CASE WHEN rolcreaterole THEN 'createrole' END,
  CASE WHEN rolcreatedb THEN 'createdb' END, CASE WHEN rolcanlogin THEN 'login' END, CASE WHEN rolreplication THEN 'replication' END, CASE WHEN rolbypassrls THEN 'bypassrls' END, rolconnlimit)
FROM pg_catalog.pg_roles WHERE rolname NOT LIKE 'pg\\_%';
SELECT 'right', 'member ' || m.rolname || ' of ' || r.rolname, a.admin_option FROM pg_catalog.pg_auth_members a
JOIN pg_catalog.pg_roles r ON r.oid = a.roleid JOIN pg_catalog.pg_roles m ON m.oid = a.member WHERE m.rolname NOT LIKE 'pg\\_%';
SELECT 'right', 'database', ${granted('datacl', `'d'`, 'datdba')}, datconnlimit FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database();
SELECT 'right', concat_ws(' ', 'setting', split_part(c, '=', 1), CASE WHEN setrole <> 0 THEN 'for ' || pg_catalog.pg_get_userbyid(setrole) END), c
FROM pg_catalog.pg_db_role_setting JOIN pg_catalog.pg_database d ON d.oid = setdatabase, unnest(setconfig) c WHERE datname = pg_catalog.current_database();
SELECT 'right', 'schema ' || n.nspname, ${granted('n.nspacl', `'n'`, 'n.nspowner')} FROM pg_catalog.pg_namespace n WHERE ${OURS};
SELECT 'right', 'function ' || p.oid::pg_catalog.regprocedure, ${granted('p.proacl', `'f'`, 'p.proowner')}
FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace WHERE ${OURS};
SELECT 'right', 'table ' || c.oid::pg_catalog.regclass, ${granted('c.relacl', `CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char"`, 'c.relowner')}
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f') AND ${OURS};
SELECT 'right', 'column ' || c.oid::pg_catalog.regclass || '.' || attname, (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(attacl) a)
FROM pg_catalog.pg_attribute JOIN pg_catalog.pg_class c ON c.oid = attrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE attacl IS NOT NULL AND ${OURS};
SELECT 'right', concat_ws(' ', 'default', pg_catalog.pg_get_userbyid(defaclrole), nullif(defaclnamespace, 0)::pg_catalog.regnamespace, defaclobjtype), (SELECT string_agg(a::text, ',' ORDER BY a::text) FROM unnest(defaclacl) a)
FROM pg_catalog.pg_default_acl;
`

/** Reads the answer to {@link RIGHTS_SQL} out of whatever stands around it. */
function readRights(answer: string): Map<string, string> {
  const lines = answer.split('\n').map((line) => line.split('\t'))
  return new Map(
    lines.filter(([kind]) => kind === 'right').map(([, name = '', ...rest]) => [name, rest.join('\t')]),
  )
}

/** What differs in rights, a readable line each. */
export function rightsLost(before: string, restored: string): string[] {
  const [was, is] = [readRights(before), readRights(restored)]
  const names = new Set([...was.keys(), ...is.keys()])
  return [...names]
    .filter((name) => was.get(name) !== is.get(name))
    .map(
      (name) =>
        `right on ${name}: ${was.get(name) ?? 'none'} in production, ${is.get(name) ?? 'none'} in the restored copy`,
    )
}
