-- What failed since the fifth of February, and why as far as somebody wrote it down
SELECT run_id, owner, creation_time, description
FROM runs
WHERE failed = 1 AND creation_time >= '2026-02-05'
ORDER BY creation_time;
