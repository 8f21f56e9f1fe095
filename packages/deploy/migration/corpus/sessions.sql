--- timeouts first
--- additive
SET lock_timeout = '2s';
SET LOCAL statement_timeout = '15min';
ALTER TABLE "users" ADD COLUMN "bio" TEXT;
RESET lock_timeout;

--- the head of a dump
--- additive
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SET check_function_bodies = false;
SET client_min_messages = warning;
CREATE TABLE public.imported (id integer NOT NULL);
ALTER TABLE ONLY public.imported ADD CONSTRAINT imported_pkey PRIMARY KEY (id);

--- wrapped in its own transaction
--- additive
BEGIN;
ALTER TABLE "users" ADD COLUMN "bio" TEXT;
COMMIT;

--- nothing at all
--- additive
-- This is an empty migration.

--- a comment that looks dangerous
--- additive
/* DROP TABLE "orders"; -- once */
-- DELETE FROM "users";
CREATE TABLE "log;DROP TABLE users" ("text" TEXT DEFAULT '; DROP TABLE "users"; --');

--- foreign keys and triggers are switched off for a while
--- opaque
SET session_replication_role = replica;
INSERT INTO "order_items" ("orderId", "quantity") VALUES (404, 1);
SET session_replication_role = DEFAULT;

--- an advisory lock and a nap
--- opaque
SELECT pg_advisory_xact_lock(1), pg_sleep(0);

--- a file on the server
--- opaque
COPY "settings" TO PROGRAM 'cat > /dev/null';

--- a transaction half way undone
--- loses rows order_items
BEGIN;
SAVEPOINT before_migration;
DELETE FROM "cart_items" WHERE false;
ROLLBACK TO before_migration;
DELETE FROM "order_items";
COMMIT;
