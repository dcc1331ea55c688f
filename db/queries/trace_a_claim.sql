-- Where a claim comes from: its words, the page, the bytes, and every request that brought them
SELECT c.text AS claim, c.start, c."end", d.url AS document, d.version, f.url AS asked, f.status, f.fetched_at, f.snapshot AS sha256
FROM claims c
JOIN documents d ON d.id = c.document_id
LEFT JOIN fetches f ON f.snapshot = d.snapshot
WHERE c.id = CAST(:claim_id AS INTEGER)
ORDER BY f.id
