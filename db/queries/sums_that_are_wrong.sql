-- Sums that do not come out right
SELECT explanation, claim, amounts, stated, computed, unit, author, date, link
FROM wrong_sums
ORDER BY date DESC
