-- pushdown_state: = and IN on state are sent where the server knows the word
--@ store lab

SELECT run_id FROM runs WHERE state = 'active' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs WHERE state = 'active'; --@ plan

SELECT count(*) FROM runs WHERE state IN ('active', 'inactive');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE state IN ('active', 'inactive'); --@ plan

-- Another word would be an error of the server: SQLite decides.
SELECT count(*) FROM runs WHERE state = 'Active';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE state IN ('active', 'x');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM runs WHERE state = 'ACTIVE' COLLATE NOCASE;
SELECT count(*) FROM runs WHERE state > 'b';
