-- Claims worth checking that have some words (empty: all), with who said it, when and where
SELECT c.claim, c.amounts, c.verdict, c.topics, coalesce(c.attributed_to, c.author) AS said_by, c.author, c.date, c.link, c.score
FROM claims_with_sources c
WHERE c.check_worthy = 1
    AND (:words = '' OR c.claim_id IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH '"' || replace(:words, '"', ' ') || '"'))
ORDER BY c.score DESC, c.date
