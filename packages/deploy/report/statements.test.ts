import { test } from 'uvu'
import { equal } from 'uvu/assert'
import { countStatements } from './statements.ts'

test('statements are counted by their kind', () => {
  const sql = `-- CreateTable; not a statement
CREATE TABLE "a; b" (id INT);
create unique index CONCURRENTLY "i" ON a(id); CREATE OR REPLACE FUNCTION f() RETURNS int AS $x$ BEGIN DROP TABLE a; END $x$ LANGUAGE plpgsql;
INSERT INTO a VALUES ('; DROP TABLE a;'), (E'it\\'s; /* ');
/* DELETE FROM a; */ ALTER TYPE "Role" ADD VALUE 'X';
ALTER TABLE "a" ADD COLUMN c TEXT DEFAULT ';';
DROP TABLE "b";
DROP TABLE "c"`
  equal(countStatements(sql), [
    ['DROP TABLE', 2],
    ['ALTER TABLE', 1],
    ['ALTER TYPE', 1],
    ['CREATE FUNCTION', 1],
    ['CREATE INDEX', 1],
    ['CREATE TABLE', 1],
    ['INSERT', 1],
  ])
})

test('a text without statements has none', () => {
  equal(countStatements('-- nothing to do\n'), [])
})

test.run()
