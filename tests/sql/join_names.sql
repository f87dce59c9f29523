-- join_names: what differs between runs is not asked for name by name
--@ server --synthetic runs=6,configs=40,series=3,points=5

-- Two runs, no key between them; a run and all others.
SELECT count(*), sum(a.value IS b.value) > 0 AS alike,
  sum(a.value IS NOT b.value) > 0 AS different
FROM attributes AS a JOIN attributes AS b USING (attribute)
WHERE a.sys_id = 'SYN-1' AND b.sys_id = 'SYN-2';
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT a.attribute, a.value, b.value
FROM attributes AS a LEFT JOIN attributes AS b
  ON b.attribute = a.attribute AND b.sys_id = 'SYN-2'
WHERE a.sys_id = 'SYN-1' AND a.attribute REGEXP '_[37]$'
ORDER BY a.attribute;
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), count(DISTINCT b.sys_id), sum(a.attribute = b.attribute)
FROM attributes AS a CROSS JOIN attributes AS b USING (attribute)
WHERE a.sys_id = 'SYN-4' AND b.type <> 'float';
SELECT count(*) <= 30 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT b.attribute
FROM attributes AS a CROSS JOIN attributes AS b USING (attribute)
WHERE a.sys_id = 'SYN-4' AND b.sys_id = 'SYN-5' AND a.type = 'float_series'
ORDER BY b.attribute;

-- Of the same run; conditions on the value.
SELECT count(*), sum(b.last_step), count(DISTINCT attribute || sys_id) AS pairs
FROM metric_points AS p CROSS JOIN attributes AS b USING (sys_id, attribute)
WHERE p.tail = 2;
SELECT count(*) <= 15 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), sum(b.value > 0.5), count(DISTINCT attribute) > 3 AS several
FROM attributes AS a CROSS JOIN attributes AS b USING (sys_id, attribute)
WHERE a.type = 'float' AND b.type = 'float' AND b.value > 0.5;
SELECT count(*) <= 15 AS few FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*), min(b.value) > 0.5 AS above
FROM attributes AS a CROSS JOIN attributes AS b USING (attribute)
WHERE a.sys_id = 'SYN-3' AND b.type = 'float' AND b.value > 0.5
  AND a.type = 'float';
-- Series of other runs.
SELECT attribute, count(*), count(DISTINCT q.sys_id) AS runs, sum(q.step)
FROM attributes AS a CROSS JOIN metric_points AS q USING (attribute)
WHERE a.sys_id = 'SYN-6' AND q.sys_id <> 'SYN-6' AND q.step > 1
GROUP BY attribute ORDER BY attribute;
SELECT count(*), sum(p.step), sum(p.value = q.value) > 0 AS alike
FROM metric_points AS p CROSS JOIN metric_points AS q USING (attribute, step)
WHERE p.sys_id = 'SYN-1' AND q.sys_id = 'SYN-1';
SELECT count(*) <= 20 AS few FROM neptune_requests WHERE id > @since; --@ requests
