-- Claims that several documents make, and who made them first
SELECT count(DISTINCT c.document_id) AS documents, count(DISTINCT d.author_id) AS authors, min(substr(d.published_at, 1, 10)) AS first_date, max(substr(d.published_at, 1, 10)) AS last_date, group_concat(DISTINCT coalesce('@' || a.handle, a.name)) AS who, min(c.text) AS claim, g.group_id
FROM claim_groups g
JOIN claims c ON c.id = g.claim_id
JOIN documents d ON d.id = c.document_id
LEFT JOIN authors a ON a.id = d.author_id
GROUP BY g.group_id
HAVING count(DISTINCT c.document_id) > 1
ORDER BY documents DESC, first_date
