-- Who names a person, an organisation, a place or a policy, and how often
SELECT e.name, e.label, coalesce('@' || a.handle, a.name) AS author, count(DISTINCT m.document_id) AS documents, count(*) AS mentions, min(substr(d.published_at, 1, 10)) AS first_date, max(substr(d.published_at, 1, 10)) AS last_date
FROM mentions m
JOIN entities e ON e.id = m.entity_id
JOIN documents d ON d.id = m.document_id
LEFT JOIN authors a ON a.id = d.author_id
WHERE e.name LIKE '%' || :name || '%'
GROUP BY e.id, d.author_id
ORDER BY documents DESC, mentions DESC
