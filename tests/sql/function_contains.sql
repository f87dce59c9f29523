-- function_contains: neptune_contains() is sent as CONTAINS, a path's as a
-- regular expression; SQLite decides on what is longer than a server's index
--@ store odd
CREATE VIRTUAL TABLE t USING runs(s STRING 'a/string', n INT 'a/int',
  l STRING_SERIES 'm/string', d DATETIME 'a/datetime');

EXPLAIN QUERY PLAN SELECT run_id FROM t
WHERE neptune_contains(s, 'a') AND neptune_contains(s, ?1); --@ plan
SELECT run_id, s FROM t WHERE neptune_contains(s, 'a') ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM t
WHERE neptune_contains(s, 'p') AND neptune_contains(s, 'l') ORDER BY 1;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id, length(s) FROM t WHERE neptune_contains(s, 'xxx');
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT count(*) FROM t WHERE neptune_contains(s, 'P');
SELECT run_id, s FROM t WHERE neptune_contains(s, '"\`''' || char(10));
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT experiment FROM experiments
WHERE neptune_contains(experiment, '-') AND neptune_contains(owner, 'nn')
ORDER BY 1;

-- The last value of a string series.
EXPLAIN QUERY PLAN SELECT run_id FROM t
WHERE neptune_contains(l, 'a'); --@ plan
SELECT run_id, l FROM t WHERE neptune_contains(l, 'a') ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests

-- Paths.
EXPLAIN QUERY PLAN SELECT attribute FROM attributes
WHERE neptune_contains(attribute, 'a/'); --@ plan
SELECT sys_id, attribute FROM attributes
WHERE neptune_contains(attribute, 'a/b') ORDER BY 1, 2;
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests
SELECT attribute FROM attributes
WHERE neptune_contains(attribute, '[brackets') ORDER BY 1;
SELECT attribute FROM attributes
WHERE neptune_contains(attribute, '/a') OR neptune_contains(attribute, 'k`q')
ORDER BY 1;
SELECT count(*) FROM metric_points WHERE neptune_contains(attribute, '/');
SELECT count(*) FROM metric_points WHERE neptune_contains(attribute, 'no such');

-- Not sent: what is empty, no text, or not of a text; what is negated.
SELECT run_id FROM t WHERE neptune_contains(s, '') ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM t WHERE neptune_contains(run_id, 1) ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM t WHERE neptune_contains(run_id, x'2D32') ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM t WHERE neptune_contains(s, NULL);
SELECT count(*) FROM neptune_requests WHERE id > @since; --@ requests
SELECT run_id FROM t WHERE neptune_contains(s, 'pl' || char(0));
SELECT run_id, n FROM t WHERE neptune_contains(n, 5) ORDER BY 1;
SELECT run_id FROM t WHERE neptune_contains(d, ':00.001') ORDER BY 1;
SELECT run_id FROM t WHERE NOT neptune_contains(run_id, 'run-2') ORDER BY 1;
SELECT run_id FROM t WHERE neptune_contains('run-2 or run-3', run_id) ORDER BY 1;
EXPLAIN QUERY PLAN SELECT run_id FROM t
WHERE neptune_contains(n, 5) AND neptune_contains(d, 'x')
AND NOT neptune_contains(s, 'x') AND neptune_contains('x', s); --@ plan

-- Anywhere else it is the same function.
SELECT neptune_contains('abc', 'b'), neptune_contains('abc', 'B'),
  neptune_contains('abc', ''), neptune_contains('', ''),
  neptune_contains('', 'a'), neptune_contains('abc', 'abcd');
SELECT neptune_contains(NULL, 'a'), neptune_contains('a', NULL);
SELECT neptune_contains(1234, 23), neptune_contains(0.5, '.5'),
  neptune_contains(x'616263', 'b'), neptune_contains('abc', x'62'),
  neptune_contains(x'', x''), neptune_contains('aab', 'ab');
SELECT neptune_contains('größe', 'öß');
SELECT max(neptune_contains(run_id, '3')), sum(neptune_contains(s, 'a')) FROM t;
CREATE TABLE note(text, UNIQUE(text));
CREATE INDEX with_a ON note(text) WHERE neptune_contains(text, 'a');
INSERT INTO note VALUES ('abc'), ('def');
SELECT text FROM note WHERE neptune_contains(text, 'a');
SELECT neptune_contains('a'); --@ error
SELECT neptune_contains('a', 'b', 'c'); --@ error
