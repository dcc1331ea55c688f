-- Documents that are no longer online, and are kept here
SELECT d.gone_at, d.last_seen_at, (SELECT max(r.captured_at) FROM recoveries r WHERE r.document_id = d.id AND r.snapshot = d.snapshot) AS recovered_from_capture_of, coalesce('@' || a.handle, a.name) AS author, d.title, d.opening, d.url AS link, d.id AS document_id
FROM documents d LEFT JOIN authors a ON a.id = d.author_id
WHERE d.gone_at IS NOT NULL
ORDER BY d.gone_at DESC
