-- Threads that pages show and the archive does not have
SELECT c.handle AS author, c.date_text AS date, c.tweets, c.excerpt, c.url AS link, count(*) AS shown_on_pages, min(d.url) AS shown_on
FROM cards c JOIN documents d ON d.id = c.document_id
WHERE c.thread_id IS NULL
GROUP BY coalesce(c.url, c.excerpt)
ORDER BY shown_on_pages DESC
