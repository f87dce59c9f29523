-- count_of_many: rows behind the first page are fetched when they are asked for
--@ server --synthetic runs=3000,configs=1,series=1,points=1

SELECT count(*) FROM experiments;
SELECT query, rows FROM neptune_requests WHERE id > @since
ORDER BY id; --@ requests
SELECT count(*) FROM runs WHERE state = 'inactive';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM (SELECT 1 FROM runs LIMIT 2000 OFFSET 10);
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- The first page is shown, then the rest of them is fetched.
SELECT count(DISTINCT creation_time), min(creation_time), max(creation_time)
FROM runs WHERE creation_time > '1999';
SELECT rows FROM neptune_requests WHERE id > @since; --@ requests

-- Some rows are asked for, the first of them most often behind the first page.
SELECT count(*), sum(abs(random()) % 300 > 0 OR length(creation_time) = 23)
FROM runs WHERE creation_time > '1999';
