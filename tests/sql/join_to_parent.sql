-- join_to_parent: a run and the run that it forks, few requests for all
--@ store fleet

SELECT count(*), count(b.run_id), sum(b.failed)
FROM runs AS a LEFT JOIN runs AS b ON b.run_id = a.parent_run_id;
SELECT count(*) <= 5 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT a.run_id, b.run_id, b.owner
FROM runs AS a JOIN runs AS b ON b.run_id = a.parent_run_id
ORDER BY 1;
