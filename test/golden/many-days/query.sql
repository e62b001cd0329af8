-- 150 days in one body: no insert fails over its partitions, and all records stand.
SELECT count() AS records, uniqExact(toDate(time)) AS days, min(time) AS first, max(time) AS last
FROM events
WHERE run_id = 'golden-many-days'
