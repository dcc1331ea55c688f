-- The sites that documents lead to
SELECT domain, count(DISTINCT document_id) AS documents, count(*) AS links, min(url) AS example
FROM links
WHERE kind IN ('link', 'quote') AND domain IS NOT NULL
GROUP BY domain
ORDER BY documents DESC, links DESC
