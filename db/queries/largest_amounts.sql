-- The largest amounts in a unit (EUR, %, agent...), with their sentences (empty: euros)
SELECT q.value, q.unit, q.per, c.text AS claim, q.surface AS amount, q.counted, coalesce('@' || a.handle, a.name) AS author, substr(d.published_at, 1, 10) AS date, d.url AS link
FROM quantities q
JOIN documents d ON d.id = q.document_id
LEFT JOIN claims c ON c.id = q.claim_id
LEFT JOIN authors a ON a.id = d.author_id
WHERE q.unit = coalesce(nullif(:unit, ''), 'EUR')
ORDER BY q.value DESC
