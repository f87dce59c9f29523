-- join_points: experiments JOIN metric_points costs few requests
--@ store fleet

SELECT count(*), count(DISTINCT e.experiment), sum(value)
FROM experiments AS e JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'speed';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT e.experiment, p.value
FROM experiments AS e JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'speed'; --@ plan

-- By run_id; by experiment, whose runs all have points.
SELECT count(*), count(DISTINCT r.run_id), sum(value)
FROM runs AS r JOIN metric_points AS p USING (run_id)
WHERE attribute = 'speed' AND step >= 2;
SELECT count(*) <= 5 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), count(DISTINCT p.run_id), sum(value)
FROM experiments AS e JOIN metric_points AS p USING (experiment)
WHERE attribute = 'speed';
SELECT count(*) <= 5 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- Any series, not one that is named.
SELECT count(*) FROM experiments JOIN metric_points USING (sys_id);
SELECT count(*) <= 7 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- Both orders of the join give the same rows.
SELECT count(*), sum(value) FROM experiments AS e
CROSS JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'speed' AND step = 3;
SELECT count(*) <= 5 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), sum(value) FROM metric_points AS p
CROSS JOIN experiments AS e USING (sys_id)
WHERE attribute = 'speed' AND step = 3;

-- The best step of each experiment; conditions on both sides.
SELECT e.experiment, step, max(value) AS best
FROM experiments AS e JOIN metric_points AS p USING (sys_id)
WHERE attribute = 'speed' AND owner = 'odd' AND e.experiment < 'ship-10'
GROUP BY sys_id ORDER BY best;
SELECT count(*) <= 5 AS few FROM neptune_requests WHERE id > @since; --@ requests
