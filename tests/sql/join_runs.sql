-- join_runs: experiments JOIN runs, and runs with themselves
--@ store fleet

-- The runs of an experiment, head or not.
SELECT r.experiment, count(*) AS runs, max(e.run_id) AS head
FROM experiments AS e JOIN runs AS r USING (experiment)
GROUP BY 1 HAVING count(*) > 1 ORDER BY 1;
SELECT count(*) <= 4 AS few FROM neptune_requests WHERE id > @since; --@ requests

SELECT count(*), sum(r.run_id = e.run_id)
FROM experiments AS e JOIN runs AS r USING (sys_id);
SELECT count(*) <= 3 AS few FROM neptune_requests WHERE id > @since; --@ requests

-- Forks and their parents.
SELECT count(*), sum(parent.experiment = child.experiment), min(parent.run_id)
FROM runs AS child JOIN runs AS parent ON parent.run_id = child.parent_run_id;
SELECT parent.run_id, count(child.run_id) AS forks
FROM runs AS parent LEFT JOIN runs AS child
  ON child.parent_run_id = parent.run_id
GROUP BY parent.run_id HAVING forks > 0 ORDER BY parent.run_id;

-- Runs that are no head of an experiment.
SELECT count(*), min(run_id), max(run_id) FROM runs
WHERE sys_id NOT IN (SELECT sys_id FROM experiments);
