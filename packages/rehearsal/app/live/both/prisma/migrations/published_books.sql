-- Run by hand with psql on the server, never made into a migration: what the partners' catalogue reads.
CREATE OR REPLACE VIEW published_books AS
SELECT b.id, b."catalogNumber", b.title, b.language, u.name AS author, b."publishedAt"
FROM books b
JOIN users u ON u.id = b."authorId"
WHERE b.published;
