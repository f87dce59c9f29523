-- pushdown_unequal: <> and IS NOT are sent as !=, SQLite rechecks
--@ store lab

SELECT run_id FROM runs WHERE owner <> 'ann' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE experiment IS NOT 'alpha' ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE experiment <> 'alpha' ORDER BY run_id;
SELECT run_id FROM runs WHERE failed <> 1 ORDER BY run_id;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE failed <> 2 ORDER BY run_id;
SELECT run_id FROM runs WHERE failed IS NOT 1 ORDER BY run_id;
SELECT run_id FROM runs WHERE archived <> 1 ORDER BY run_id;
SELECT run_id FROM runs WHERE state <> 'active' ORDER BY run_id;
SELECT run_id FROM runs WHERE fork_step <> 2 ORDER BY run_id;
SELECT run_id FROM runs WHERE fork_step IS NOT 2 ORDER BY run_id;
SELECT run_id FROM runs WHERE fork_step <> '2' ORDER BY run_id;
SELECT run_id FROM runs WHERE fork_step <> 'two' ORDER BY run_id;
SELECT run_id FROM runs WHERE creation_time <> '2026-01-02 00:00:00.500'
ORDER BY run_id;
SELECT run_id FROM runs WHERE creation_time <> 'yesterday' ORDER BY run_id;
SELECT run_id FROM runs WHERE owner <> 'ANN' COLLATE NOCASE ORDER BY run_id;
SELECT count(*) FROM runs WHERE owner <> NULL;
SELECT count(*) FROM runs WHERE owner IS NOT (SELECT NULL);
SELECT count(*) FROM runs WHERE owner <> 12;
SELECT count(*) FROM runs WHERE owner <> x'616e6e';

EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE owner <> 'a' AND experiment IS NOT 'b' AND fork_step IS NOT 1
  AND tags <> '[]'; --@ plan

-- The right side of a LEFT JOIN is not filtered before it is joined.
SELECT r.run_id, e.owner FROM runs AS r LEFT JOIN experiments AS e USING (sys_id)
WHERE e.owner IS NOT 'ann' ORDER BY 1;
SELECT r.run_id, e.owner FROM runs AS r
  LEFT JOIN experiments AS e ON e.sys_id = r.sys_id AND e.owner IS NOT 'ann'
ORDER BY 1;
