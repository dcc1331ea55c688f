-- Documents whose text has changed: before and after
SELECT v.seen_at AS said_until, v.version, v.text AS before, d.text AS now, coalesce('@' || a.handle, a.name) AS author, d.url AS link
FROM versions v JOIN documents d ON d.id = v.document_id LEFT JOIN authors a ON a.id = d.author_id
WHERE NOT v.reparsed
ORDER BY v.seen_at DESC
