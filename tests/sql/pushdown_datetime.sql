-- pushdown_datetime: times compare as text does, any text bounds them
--@ store lab

SELECT run_id FROM runs WHERE creation_time = '2026-01-02 00:00:00.500';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE creation_time < '2026-01-02 00:00:00.501'
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE creation_time <= '2026-01-02 00:00:00.501'
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE creation_time > '2026-01-02 00:00:00.501'
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE creation_time >= '2026-01-03 12:00:00.000'
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs
WHERE creation_time IN ('2026-01-01 00:00:00.000', '2026-01-03 12:00:00.000',
  '2026-01-03', 'x', 5)
ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE creation_time = '2026' AND modification_time BETWEEN 'a' AND 'b'
  AND ping_time > 'a' AND ping_time < 'b'
  AND modification_time IN ('a', 'b'); --@ plan

-- Other columns than creation_time.
SELECT run_id FROM runs WHERE ping_time >= '2026-12-31 23:59:59.999';
SELECT run_id FROM runs WHERE modification_time < '2026-01-01 00:01:00.001'
ORDER BY run_id;
