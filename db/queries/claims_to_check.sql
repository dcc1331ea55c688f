-- Claims worth checking: who says what, when and where (leave the words empty for all)
SELECT c.claim, c.amounts, c.verdict, c.author, c.attributed_to AS according_to, c.date, c.link, c.score, c.topics, c.claim_id
FROM claims_with_sources c
WHERE c.check_worthy = 1
    AND (:words = '' OR c.claim_id IN (SELECT rowid FROM claims_fts WHERE claims_fts MATCH '"' || replace(:words, '"', ' ') || '"'))
ORDER BY c.score DESC, c.date
