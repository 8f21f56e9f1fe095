--- a function
--- additive
CREATE FUNCTION "story_age"(meta JSONB) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$ SELECT meta->>'age' $$;

--- a function, written so that it can be run twice
--- additive
CREATE OR REPLACE FUNCTION "reading_time"(body TEXT) RETURNS INTEGER LANGUAGE sql IMMUTABLE AS $$ SELECT length(body) / 1000 $$;

--- a trigger of a new table
--- additive
CREATE TABLE "notes" ("id" SERIAL PRIMARY KEY, "text" TEXT, "updatedAt" TIMESTAMP(3));
CREATE TRIGGER "notes_touch" BEFORE UPDATE ON "notes" FOR EACH ROW EXECUTE FUNCTION "touch"();
ALTER TABLE "notes" DISABLE TRIGGER "notes_touch";
DROP TRIGGER "notes_touch" ON "notes";

--- a view
--- additive
CREATE VIEW "teachers" AS SELECT "id", "name" FROM "users" WHERE "role" = 'TEACHER';

--- a view, then its next version
--- additive
CREATE VIEW "teachers" AS SELECT "id" FROM "users" WHERE "role" = 'TEACHER';
CREATE OR REPLACE VIEW "teachers" AS SELECT "id", "name" FROM "users" WHERE "role" = 'TEACHER';
DROP VIEW "teachers";

--- a materialized view with an index
--- additive
CREATE MATERIALIZED VIEW "author_pages" AS SELECT "authorId", sum("pages") AS "pages" FROM "stories" GROUP BY "authorId";
CREATE UNIQUE INDEX "author_pages_authorId" ON "author_pages" ("authorId");
REFRESH MATERIALIZED VIEW CONCURRENTLY "author_pages";

--- a materialized view is brought up to date
--- additive
REFRESH MATERIALIZED VIEW "story_counts";

--- a sequence
--- additive
CREATE SEQUENCE "ticket_number" START WITH 1000 OWNED BY NONE;
SELECT nextval('ticket_number');
ALTER SEQUENCE "ticket_number" RESTART WITH 1;

--- a sequence belongs to a column
--- additive
ALTER SEQUENCE "invoice_number" OWNED BY "orders"."id";

--- an extension
--- additive
CREATE EXTENSION IF NOT EXISTS "pgcrypto" WITH SCHEMA "public";

--- a function that a trigger uses is replaced
--- breaks
CREATE OR REPLACE FUNCTION "touch"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'read only'; END $$;

--- a function is dropped
--- breaks
DROP FUNCTION IF EXISTS "slugify"(TEXT);

--- a trigger on an existing table
--- breaks
CREATE TRIGGER "orders_refuse" BEFORE INSERT OR UPDATE ON "orders" FOR EACH ROW EXECUTE FUNCTION "refuse"();

--- a trigger is switched off
--- breaks
ALTER TABLE "stories" DISABLE TRIGGER "stories_touch";

--- a trigger is dropped
--- breaks
DROP TRIGGER "stories_touch" ON "stories";

--- a rule that swallows
--- breaks
CREATE RULE "no_orders" AS ON INSERT TO "orders" DO INSTEAD NOTHING;

--- a view of the old code is replaced
--- breaks
CREATE OR REPLACE VIEW "published_stories" AS SELECT "id", 'hidden' AS "slug" FROM "stories";

--- a view of the old code asks with other rights
--- breaks
ALTER VIEW "published_stories" SET (security_invoker = true);

--- a view of the old code is dropped
--- breaks
DROP VIEW "published_stories";

--- a materialized view of the old code is dropped
--- breaks
DROP MATERIALIZED VIEW "story_counts";

--- a materialized view is emptied
--- breaks
REFRESH MATERIALIZED VIEW "story_counts" WITH NO DATA;

--- a sequence of the old code is dropped
--- breaks, loses sequence invoice_number
DROP SEQUENCE "invoice_number";

--- a domain becomes stricter
--- breaks
ALTER DOMAIN "rating_value" ADD CONSTRAINT "rating_value_check" CHECK (VALUE <= 5);

--- a cast that changes what old queries mean
--- breaks
CREATE CAST ("UserRole" AS TEXT) WITH INOUT AS IMPLICIT;

--- a publication for all tables: changes to those without a key are refused
--- breaks
CREATE PUBLICATION "everything" FOR ALL TABLES;

--- an event trigger
--- breaks
CREATE FUNCTION "watch"() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'ddl'; END $$;
CREATE EVENT TRIGGER "watch_ddl" ON ddl_command_start EXECUTE FUNCTION "watch"();
