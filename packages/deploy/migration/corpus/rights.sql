--- rights are given
--- additive
CREATE ROLE "reports" NOLOGIN;
GRANT USAGE ON SCHEMA "public" TO "reports";
GRANT SELECT ON ALL TABLES IN SCHEMA "public" TO "reports";
ALTER DEFAULT PRIVILEGES IN SCHEMA "public" GRANT SELECT ON TABLES TO "reports";

--- a new table with row security
--- additive
CREATE TABLE "secrets" ("id" SERIAL PRIMARY KEY, "owner" TEXT NOT NULL);
ALTER TABLE "secrets" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "secrets_own" ON "secrets" USING ("owner" = current_user);
REVOKE ALL ON "secrets" FROM PUBLIC;

--- rights are taken
--- breaks
REVOKE UPDATE ON "users" FROM "old_code";

--- row security on an existing table
--- breaks
ALTER TABLE "orders" ENABLE ROW LEVEL SECURITY;

--- row security with a policy
--- breaks
ALTER TABLE "orders" ENABLE ROW LEVEL SECURITY;
CREATE POLICY "orders_own" ON "orders" FOR SELECT USING ("userId" = current_setting('app.user', true));

--- a policy alone: whether it matters, the table knows
--- breaks
CREATE POLICY "orders_none" ON "orders" AS RESTRICTIVE USING (false);

--- a role may no longer sign in
--- breaks
ALTER ROLE "old_code" NOLOGIN;

--- a role gets other settings
--- breaks
ALTER ROLE "old_code" SET search_path = 'audit';

--- a role becomes read-only
--- breaks
ALTER ROLE "old_code" SET default_transaction_read_only = on;

--- a role is dropped with what it owns
--- opaque
DROP OWNED BY "old_code";
