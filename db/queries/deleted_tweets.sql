-- Tweets that have vanished from their thread, with what they said
SELECT coalesce('@' || a.handle, a.name) AS author,
    substr(v.text, json_extract(p.value, '$[1]') + 1, json_extract(p.value, '$[2]') - json_extract(p.value, '$[1]')) AS tweet,
    v.seen_at AS last_seen_at, d.url AS link, json_extract(p.value, '$[0]') AS tweet_id, v.snapshot
FROM versions v
JOIN documents d ON d.id = v.document_id
JOIN json_each(v.posts) p
LEFT JOIN authors a ON a.id = d.author_id
WHERE NOT v.reparsed AND json_extract(p.value, '$[0]') NOT IN (SELECT id FROM posts WHERE document_id = d.id)
GROUP BY d.id, tweet_id
ORDER BY v.seen_at DESC
