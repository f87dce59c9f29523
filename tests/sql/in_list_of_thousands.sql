-- in_list_of_thousands: many keys at once, over as few requests as they fit
--@ store lab

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
SELECT run_id FROM runs WHERE sys_id IN (SELECT 'VIS-' || i FROM n)
ORDER BY run_id;
SELECT count(*), sum(rows), max(request_bytes) < 250000 AS fits
FROM neptune_requests WHERE id > @since AND path LIKE '%/search/'; --@ requests
