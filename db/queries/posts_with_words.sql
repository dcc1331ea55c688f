-- Posts with these words, one after the other (accents and case do not count)
SELECT p.text AS post, coalesce('@' || a.handle, a.name) AS author, substr(coalesce(p.posted_at, d.published_at), 1, 10) AS date, coalesce(p.url, d.url) AS link
FROM posts_fts
JOIN posts p ON p.pk = posts_fts.rowid
JOIN documents d ON d.id = p.document_id
LEFT JOIN authors a ON a.id = d.author_id
WHERE posts_fts MATCH '"' || replace(:words, '"', ' ') || '"'
ORDER BY posts_fts.rank
