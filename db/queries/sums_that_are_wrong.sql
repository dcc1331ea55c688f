-- Sums that do not come out right
SELECT claim, explanation, stated, computed, unit, author, date, link, amounts, check_id
FROM wrong_sums
ORDER BY date DESC
