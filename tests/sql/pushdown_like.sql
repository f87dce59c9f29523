-- pushdown_like: LIKE and GLOB are sent as regular expressions, rechecked
--@ store lab

SELECT run_id FROM runs WHERE run_id LIKE 'ALPHA%' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE run_id GLOB 'alpha*' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE run_id GLOB '[a-b]*[^1]' ORDER BY run_id;
SELECT run_id FROM runs WHERE description LIKE '%"quoted"%\%' ORDER BY run_id;
SELECT run_id FROM runs WHERE owner LIKE 'zoë' OR owner LIKE 'B_B'
ORDER BY run_id;
SELECT run_id FROM runs WHERE run_id LIKE '' OR description LIKE ''
ORDER BY run_id;
SELECT run_id FROM runs WHERE run_id NOT LIKE 'alpha%' ORDER BY run_id;
SELECT run_id FROM runs WHERE run_id LIKE 'alpha!-%' ESCAPE '!' ORDER BY run_id;
SELECT count(*) FROM runs WHERE run_id LIKE NULL;
SELECT count(*) FROM runs WHERE description LIKE 12;
SELECT count(*) FROM runs WHERE fork_step LIKE '2%';
SELECT count(*) FROM runs WHERE creation_time LIKE '2026-01-0_ %';
PRAGMA case_sensitive_like = 1;
SELECT count(*) FROM runs WHERE run_id LIKE 'ALPHA%';
SELECT count(*) FROM runs WHERE run_id LIKE 'alpha%';
PRAGMA case_sensitive_like = 0;

-- Of paths.
SELECT run_id, attribute, value FROM attributes
WHERE attribute LIKE 'CONFIG/%' AND attribute GLOB '*r' ORDER BY run_id;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT attribute FROM metric_points WHERE attribute LIKE 'l_s%';

EXPLAIN QUERY PLAN SELECT run_id FROM runs WHERE owner LIKE 'a%'; --@ plan
EXPLAIN QUERY PLAN SELECT run_id FROM runs WHERE owner GLOB 'a*'; --@ plan
EXPLAIN QUERY PLAN SELECT step FROM metric_points
WHERE attribute LIKE 'm/%'; --@ plan
