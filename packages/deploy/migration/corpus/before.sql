-- The database that every migration of the corpus starts from: the old code's schema in small, with a few rows
-- of each kind that makes a migration fail or lose something (nulls, duplicates, orphans, long values).
CREATE ROLE "old_code" LOGIN;
ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO "old_code";
ALTER DEFAULT PRIVILEGES GRANT ALL ON SEQUENCES TO "old_code";

CREATE TYPE "UserRole" AS ENUM ('ADMIN', 'LEARNER', 'TEACHER', 'VOLUNTEER');
CREATE TYPE "OrderStatus" AS ENUM ('PENDING', 'PAID', 'REFUNDED');
CREATE TYPE "LegacyKind" AS ENUM ('A', 'B');

CREATE TABLE "users" (
  "id" TEXT NOT NULL,
  "email" TEXT NOT NULL,
  "name" TEXT,
  "phone" VARCHAR(20),
  "role" "UserRole" NOT NULL DEFAULT 'LEARNER',
  "createdAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "users_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "users_email_key" ON "users" ("email");
CREATE INDEX "users_createdAt_idx" ON "users" ("createdAt");

CREATE TABLE "stories" (
  "id" SERIAL NOT NULL,
  "title" VARCHAR(100) NOT NULL,
  "slug" TEXT,
  "body" TEXT NOT NULL DEFAULT '',
  "pages" INTEGER NOT NULL DEFAULT 0,
  "rating" DOUBLE PRECISION,
  "published" BOOLEAN NOT NULL DEFAULT false,
  "meta" JSONB,
  "authorId" TEXT NOT NULL,
  "editorId" TEXT,
  "updatedAt" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
  CONSTRAINT "stories_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "stories_pages_check" CHECK ("pages" >= 0),
  CONSTRAINT "stories_authorId_fkey" FOREIGN KEY ("authorId") REFERENCES "users" ("id") ON DELETE CASCADE
);
ALTER TABLE "stories" ADD CONSTRAINT "stories_rating_check" CHECK ("rating" <= 5) NOT VALID;

CREATE TABLE "orders" (
  "id" SERIAL NOT NULL,
  "userId" TEXT NOT NULL,
  "status" "OrderStatus" NOT NULL DEFAULT 'PENDING',
  "total" DECIMAL(10,2) NOT NULL,
  "note" TEXT,
  CONSTRAINT "orders_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "orders_userId_fkey" FOREIGN KEY ("userId") REFERENCES "users" ("id") ON DELETE RESTRICT
);
CREATE TABLE "order_items" (
  "id" SERIAL NOT NULL,
  "orderId" INTEGER NOT NULL,
  "quantity" INTEGER NOT NULL,
  CONSTRAINT "order_items_pkey" PRIMARY KEY ("id"),
  CONSTRAINT "order_items_orderId_fkey" FOREIGN KEY ("orderId") REFERENCES "orders" ("id") ON DELETE CASCADE
);
CREATE TABLE "cart_items" ("id" SERIAL PRIMARY KEY, "userId" TEXT NOT NULL, "quantity" INTEGER NOT NULL);
CREATE TABLE "subscriptions" ("id" SERIAL PRIMARY KEY, "userId" TEXT NOT NULL, "startsAt" TIMESTAMPTZ(6) NOT NULL);
CREATE TABLE "settings" ("key" TEXT PRIMARY KEY, "value" TEXT NOT NULL);
CREATE TABLE "page_views" ("at" DATE NOT NULL, "path" TEXT NOT NULL) PARTITION BY RANGE ("at");
CREATE TABLE "page_views_2024" PARTITION OF "page_views" FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE SCHEMA "audit";
CREATE TABLE "audit"."log" ("id" BIGSERIAL PRIMARY KEY, "entry" TEXT NOT NULL);
CREATE SEQUENCE "invoice_number";
CREATE DOMAIN "rating_value" AS INTEGER;

CREATE VIEW "published_stories" AS SELECT "id", "slug" FROM "stories" WHERE "published";
CREATE MATERIALIZED VIEW "story_counts" AS SELECT "authorId", count(*) AS "stories" FROM "stories" GROUP BY "authorId";
CREATE FUNCTION "slugify"(title TEXT) RETURNS TEXT LANGUAGE sql IMMUTABLE AS $$ SELECT lower(replace(title, ' ', '-')) $$;
CREATE FUNCTION "purge_orders"() RETURNS void LANGUAGE sql AS $$ DELETE FROM "orders" WHERE "status" = 'REFUNDED' $$;
CREATE FUNCTION "touch"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."updatedAt" := CURRENT_TIMESTAMP; RETURN NEW; END $$;
CREATE FUNCTION "refuse"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'read only'; END $$;
CREATE TRIGGER "stories_touch" BEFORE UPDATE ON "stories" FOR EACH ROW EXECUTE FUNCTION "touch"();

INSERT INTO "users" ("id", "email", "name", "phone", "role") VALUES
  ('u1', 'ada@example.org', 'Ada', '+1 555 0100', 'ADMIN'),
  ('u2', 'ben@example.org', NULL, NULL, 'LEARNER'),
  ('u3', 'eve@example.org', 'Ada', '+1 555 0101', 'TEACHER');
INSERT INTO "stories" ("title", "slug", "body", "pages", "rating", "published", "meta", "authorId", "editorId") VALUES
  ('The girl who planted seeds', 'seeds', 'Once upon a time', 24, 4.5, true, '{"age": 7}', 'u1', 'u3'),
  ('The river', 'seeds', 'Far away', 12, NULL, false, NULL, 'u1', 'nobody'),
  ('A kite', NULL, '', 0, 3, true, '{"age": "nine"}', 'u3', NULL);
INSERT INTO "orders" ("userId", "status", "total", "note") VALUES
  ('u2', 'PAID', 19.90, 'gift'), ('u3', 'PENDING', 5.00, ''), ('u3', 'PENDING', 7.25, '42');
INSERT INTO "order_items" ("orderId", "quantity") VALUES (1, 2), (2, 1);
INSERT INTO "subscriptions" ("userId", "startsAt") VALUES ('u2', '2024-03-01 10:15:30.123456+00'), ('gone', '2024-04-01 00:00:00+00');
INSERT INTO "settings" VALUES ('theme', 'classic'), ('locale', 'en');
INSERT INTO "page_views" VALUES ('2024-05-01', '/'), ('2024-06-01', '/books');
INSERT INTO "audit"."log" ("entry") VALUES ('created');
SELECT nextval('invoice_number');
REFRESH MATERIALIZED VIEW "story_counts";

GRANT USAGE ON SCHEMA "audit" TO "old_code";
