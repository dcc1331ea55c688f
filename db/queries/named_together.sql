-- What is named in the same documents as something
SELECT other.name, other.label, count(DISTINCT m2.document_id) AS documents
FROM mentions m
JOIN entities e ON e.id = m.entity_id
JOIN mentions m2 ON m2.document_id = m.document_id AND m2.entity_id <> m.entity_id
JOIN entities other ON other.id = m2.entity_id
WHERE e.name LIKE '%' || :name || '%'
GROUP BY other.id
ORDER BY documents DESC, other.name
