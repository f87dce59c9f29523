-- join_attributes: experiments and runs JOIN attributes costs few requests
--@ store fleet

SELECT e.experiment, lr.value AS lr, speed.max AS best
FROM runs AS e JOIN attributes AS lr USING (sys_id)
  JOIN attributes AS speed USING (sys_id)
WHERE lr.attribute = 'config/lr' AND speed.attribute = 'speed'
ORDER BY best DESC LIMIT 3;
SELECT count(*) <= 10 AS few FROM neptune_requests WHERE id > @since; --@ requests

SELECT count(*), count(DISTINCT r.run_id), count(DISTINCT type)
FROM runs AS r JOIN attributes AS a USING (run_id)
WHERE attribute REGEXP '^config/';
SELECT count(*) <= 5 AS few FROM neptune_requests WHERE id > @since; --@ requests

SELECT count(*), sum(value)
FROM experiments AS e JOIN attributes AS a USING (experiment)
WHERE attribute = 'config/crew';
SELECT count(*) <= 5 AS few FROM neptune_requests WHERE id > @since; --@ requests

SELECT count(*), sum(value) FROM experiments AS e
CROSS JOIN attributes AS a USING (sys_id) WHERE a.type = 'int';
SELECT count(*), sum(value) FROM attributes AS a
CROSS JOIN experiments AS e USING (sys_id) WHERE a.type = 'int';

-- Neighbours: runs that share a value.
SELECT count(*) FROM attributes AS a JOIN attributes AS b
  ON b.attribute = a.attribute AND b.value = a.value AND b.sys_id <> a.sys_id
WHERE a.attribute = 'config/port' AND b.type = 'string';
