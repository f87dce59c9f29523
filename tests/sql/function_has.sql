-- function_has: neptune_has() is sent as CONTAINS of a string set
--@ store lab
CREATE VIRTUAL TABLE t USING runs(c STRING_SET 'config/classes',
  x STRING_SET 'config/a`b');

EXPLAIN QUERY PLAN SELECT run_id FROM runs
WHERE neptune_has(tags, 'a') AND neptune_has(group_tags, ?1); --@ plan
SELECT run_id, tags FROM runs WHERE neptune_has(tags, 'a') ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE neptune_has(tags, 'a') AND neptune_has(tags, 'b');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id, tags FROM runs
WHERE neptune_has(tags, '"q"') OR neptune_has(tags, 'é') ORDER BY 1;
SELECT run_id FROM runs WHERE neptune_has(tags, '"q"');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE neptune_has(tags, 'A') OR neptune_has(tags, 'x');
SELECT run_id FROM runs WHERE neptune_has(group_tags, 'night') ORDER BY 1;
SELECT run_id FROM t WHERE neptune_has(c, 'cat');
SELECT run_id FROM experiments WHERE neptune_has(tags, 'a') LIMIT 1; --@ output
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- Not sent: what is empty or no text; another column than a set; a part of the
-- array's text; what is negated.
SELECT run_id FROM runs WHERE neptune_has(tags, '');
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM runs WHERE neptune_has(tags, 7) OR neptune_has(tags, x'61')
ORDER BY 1;
SELECT run_id FROM runs WHERE neptune_has(tags, NULL);
SELECT run_id FROM runs WHERE neptune_contains(tags, '","b') ORDER BY 1;
SELECT run_id FROM runs WHERE neptune_has(run_id, 'loose');
SELECT run_id FROM runs WHERE NOT neptune_has(group_tags, 'night') ORDER BY 1;
EXPLAIN QUERY PLAN SELECT run_id FROM t
WHERE neptune_has(x, 'a') AND neptune_has(run_id, 'a')
AND neptune_contains(tags, 'a') AND NOT neptune_has(c, 'a'); --@ plan
SELECT run_id, group_tags FROM runs WHERE group_tags IS NULL ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests

-- A set is what attributes shows, too.
SELECT sys_id, value FROM attributes
WHERE attribute = 'config/classes' AND neptune_has(value, 'dog');

-- Anywhere else it is the same function.
SELECT neptune_has('["a","b"]', 'b'), neptune_has('["a","b"]', 'c'),
  neptune_has(' [ "a" ] ', 'a'), neptune_has('[]', ''), neptune_has('[""]', '');
SELECT neptune_has('["\u00e9","a\"b"]', 'é'), neptune_has('["a\"b"]', 'a"b');
SELECT neptune_has(NULL, 'a'), neptune_has('["a"]', NULL);
SELECT neptune_has('a', 'a'), neptune_has('{"a":"a"}', 'a'),
  neptune_has('["a"', 'a'), neptune_has('[["a"]]', 'a'), neptune_has(1, 1);
SELECT neptune_has('[1]', 1), neptune_has('["1"]', 1),
  neptune_has('["a"]', x'61'), neptune_has(x'5B2261225D', 'a');
SELECT sum(neptune_has(tags, 'a')) FROM runs;
SELECT neptune_has('[]'); --@ error
