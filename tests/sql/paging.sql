-- paging: small pages change requests, never rows

CREATE TABLE r AS SELECT * FROM runs;
CREATE TABLE a AS SELECT * FROM attributes;
CREATE TABLE p AS SELECT * FROM metric_points;
SELECT (SELECT count(*) FROM r) AS runs, (SELECT count(*) FROM a) AS attributes,
  (SELECT count(*) FROM p) AS points;

SELECT neptune_config('page_size', 10), neptune_config('values_page_size', 500),
  neptune_config('points_page_size', 3000); --@ output
SELECT count(run_id) FROM runs;
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM (SELECT * FROM runs EXCEPT SELECT * FROM r);

SELECT count(*) FROM attributes;
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM (SELECT * FROM attributes EXCEPT SELECT * FROM a);

-- Some pages overlap by a point, where the one before ended in a series.
SELECT count(*) FROM metric_points;
SELECT path, count(*) > 6 AS several, sum(rows) >= 20036 AS "all",
  max(rows) <= 3000 AS small
FROM neptune_requests WHERE id > @since AND path LIKE '%/float'
GROUP BY path; --@ requests
SELECT count(*) FROM (SELECT * FROM metric_points EXCEPT SELECT * FROM p);
