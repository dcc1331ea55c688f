-- Who writes about what: documents and claims by author and topic
SELECT coalesce('@' || a.handle, a.name) AS author, t.label AS topic, count(DISTINCT c.document_id) AS documents, count(*) AS claims, sum(c.check_worthy) AS worth_checking
FROM claim_topics ct
JOIN topics t ON t.id = ct.topic_id
JOIN claims c ON c.id = ct.claim_id
JOIN documents d ON d.id = c.document_id
LEFT JOIN authors a ON a.id = d.author_id
GROUP BY d.author_id, t.id
ORDER BY claims DESC
