-- attributes_distinct: which attributes there are says the definitions endpoint
--@ store lab

EXPLAIN QUERY PLAN SELECT DISTINCT attribute, type FROM attributes; --@ plan
SELECT DISTINCT attribute, type FROM attributes
WHERE attribute NOT LIKE 'sys/%' ORDER BY 1, 2;
SELECT path, query FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT type FROM attributes ORDER BY 1;
SELECT path FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM (SELECT DISTINCT attribute FROM attributes);
SELECT path FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT project, type FROM attributes WHERE type LIKE '%series'
ORDER BY 1, 2;
SELECT path FROM neptune_requests WHERE id > @since; --@ requests

-- Conditions on attribute and type.
SELECT DISTINCT attribute, type FROM attributes
WHERE attribute LIKE 'config/a%' ORDER BY 1, 2;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT type FROM attributes WHERE attribute = 'config/seed' ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT attribute FROM attributes WHERE attribute IN ('loss', 'acc', 'x')
AND type IN ('float_series', 'int') ORDER BY attribute DESC;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT attribute FROM attributes
WHERE neptune_contains(attribute, '"b"') OR attribute = 'config/a`b' ORDER BY 1;
SELECT DISTINCT attribute FROM attributes
WHERE attribute REGEXP '^config/[eo]' AND type <> 'int';
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT attribute FROM attributes WHERE type = 'none';
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT type FROM attributes
WHERE attribute = 'LOSS' COLLATE NOCASE;

-- Keys that all runs share: the runs are searched for.
EXPLAIN QUERY PLAN SELECT DISTINCT attribute, type FROM attributes
WHERE sys_id = 'VIS-2'; --@ plan
SELECT DISTINCT attribute, type FROM attributes
WHERE sys_id = 'VIS-2' AND attribute LIKE 'config/%' ORDER BY 1, 2;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT experiment, attribute FROM attributes
WHERE experiment = 'alpha' AND type = 'string' AND attribute LIKE 'config/%'
ORDER BY 2;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT run_id, type FROM attributes
WHERE run_id IS 'beta/1' AND attribute NOT LIKE 'sys/%' ORDER BY 2;
SELECT DISTINCT attribute FROM attributes WHERE sys_id = 'VIS-99';
SELECT path FROM neptune_requests WHERE id > @since; --@ requests
SELECT DISTINCT attribute FROM attributes('`sys/owner`:string = "bob"')
WHERE attribute LIKE 'config/%' ORDER BY 1;
SELECT path, query FROM neptune_requests WHERE id > @since; --@ requests
CREATE VIRTUAL TABLE of_bob USING attributes(nql = '`sys/owner`:string = "bob"');
SELECT DISTINCT attribute FROM of_bob WHERE attribute LIKE 'config/%' ORDER BY 1;
SELECT DISTINCT type FROM attributes WHERE sys_id = 'VIS-1'
AND sys_id REGEXP '1$' AND run_id = 'alpha-1' AND attribute = 'config/lr';
SELECT DISTINCT type FROM attributes
WHERE sys_id = 'VIS-1' AND sys_id LIKE 'VIS-2';
SELECT DISTINCT attribute FROM attributes WHERE run_id = 'alpha-1'
AND project IN ('lab/vision', 'lab/speech') AND attribute REGEXP '^config/[ol]'
ORDER BY 1;

-- Other conditions on runs and other columns: each run is asked for.
EXPLAIN QUERY PLAN SELECT DISTINCT attribute FROM attributes
WHERE sys_id IN ('VIS-1', 'VIS-2'); --@ plan
EXPLAIN QUERY PLAN SELECT DISTINCT attribute FROM attributes
WHERE run_id REGEXP 'a'; --@ plan
EXPLAIN QUERY PLAN SELECT DISTINCT attribute, sys_id FROM attributes; --@ plan
EXPLAIN QUERY PLAN SELECT DISTINCT attribute FROM attributes
WHERE max > 1; --@ plan
EXPLAIN QUERY PLAN SELECT DISTINCT attribute FROM attributes
WHERE sys_id = 'VIS-1' COLLATE NOCASE; --@ plan
SELECT DISTINCT attribute FROM attributes WHERE sys_id IN ('VIS-2', 'VIS-3')
AND attribute LIKE 'config/%' ORDER BY 1;
SELECT DISTINCT attribute FROM attributes
WHERE sys_id = 5 OR sys_id = x'41' ORDER BY 1;
SELECT DISTINCT attribute FROM attributes WHERE experiment IS NULL
AND attribute LIKE 'config/%' ORDER BY 1;
SELECT DISTINCT attribute FROM attributes WHERE experiment IS ?1
AND attribute LIKE 'config/%' ORDER BY 1;
SELECT path FROM neptune_requests WHERE id > @since; --@ requests

-- Rows are counted: none may be left out.
SELECT count(DISTINCT attribute) FROM attributes WHERE attribute LIKE 'config/%';
SELECT attribute, count(*) FROM attributes
WHERE attribute LIKE 'config/o%' GROUP BY attribute ORDER BY 1;
EXPLAIN QUERY PLAN SELECT attribute, type FROM attributes
GROUP BY attribute, type; --@ plan
SELECT DISTINCT attribute, count(*) FROM attributes
WHERE attribute LIKE 'config/o%' GROUP BY attribute, type ORDER BY 1;

-- In joins and subqueries.
CREATE TABLE wanted(attribute, sys_id);
INSERT INTO wanted VALUES ('config/lr', 'VIS-1'), ('config/lr', 'VIS-2'),
  ('config/seed', 'VIS-2'), ('config/seed', 'VIS-9'), ('none', 'VIS-1'),
  ('config/seed', 'VIS-1'), ('config/seed', NULL);
SELECT DISTINCT a.type FROM wanted AS w CROSS JOIN attributes AS a
ON a.attribute = w.attribute AND a.sys_id = w.sys_id ORDER BY 1;
SELECT DISTINCT a.attribute, a.type FROM attributes AS a CROSS JOIN wanted AS w
ON a.attribute = w.attribute ORDER BY 1, 2;
SELECT DISTINCT a.type FROM attributes AS a CROSS JOIN wanted AS w
ON a.attribute = w.attribute AND a.sys_id = w.sys_id ORDER BY 1;
SELECT DISTINCT a.attribute FROM experiments AS e JOIN attributes AS a
USING (sys_id) WHERE e.owner = 'bob' AND a.attribute LIKE 'config/%' ORDER BY 1;
SELECT DISTINCT attribute FROM attributes
WHERE (attribute LIKE 'config/l%' OR type = 'bool') AND sys_id = 'VIS-1'
ORDER BY 1;
SELECT attribute FROM attributes WHERE type = 'bool'
UNION SELECT attribute FROM attributes WHERE type = 'file' ORDER BY 1;
SELECT run_id, (SELECT group_concat(attribute) FROM (SELECT DISTINCT attribute
FROM attributes AS a WHERE a.sys_id = r.sys_id AND attribute LIKE 'config/%'
ORDER BY 1)) AS attributes FROM runs AS r ORDER BY 1;

-- Page by page.
SELECT neptune_config('definitions_page_size', 10);
SELECT count(*) FROM (SELECT DISTINCT attribute, type FROM attributes);
SELECT path, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT neptune_config('definitions_page_size', NULL);
-- Of runs in pieces, each once.
SELECT neptune_config('max_request_size', 10);
SELECT DISTINCT attribute, type FROM attributes('`sys/owner`:string = "ann"')
WHERE attribute LIKE 'config/%' AND type IN ('float', 'bool') ORDER BY 1, 2;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
