-- A first draft, overtaken by prisma/schema.prisma and never run anywhere. A loose file: `migrate deploy` doesn't see it.
CREATE TABLE IF NOT EXISTS esl_lessons (
  id text PRIMARY KEY,
  title text NOT NULL
);
