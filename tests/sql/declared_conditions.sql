-- declared_conditions: conditions on declared columns are sent typed, or stay with SQLite
--@ store odd

CREATE VIRTUAL TABLE typed USING experiments(
  f FLOAT 'a/float', i INT 'a/int', s STRING 'a/string', b BOOL 'a/bool',
  d DATETIME 'a/datetime', t STRING_SET 'a/string_set', file FILE 'a/file',
  last FLOAT_SERIES 'm/float', string STRING_SERIES 'm/string',
  histogram HISTOGRAM_SERIES 'm/histogram', min MIN 'm/float',
  max MAX 'm/float', average AVERAGE 'm/float', variance VARIANCE 'm/float',
  last_step LAST_STEP 'm/float', tick INT 'back`quote');

EXPLAIN QUERY PLAN SELECT sys_id FROM typed WHERE f < 0.6; --@ plan
SELECT sys_id FROM typed WHERE f < 0.6 ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE f = -9e999;
SELECT sys_id FROM typed WHERE f IN (0.5, 0.25, NULL, 'x');
SELECT sys_id FROM typed WHERE f BETWEEN 0 AND 1;
SELECT sys_id FROM typed WHERE f IS NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE f IS 0.5;
SELECT sys_id FROM typed WHERE f = '0.5';
SELECT sys_id FROM typed WHERE f < 'text' ORDER BY 1;

-- Integers: exact below 2^53, with SQLite beyond.
EXPLAIN QUERY PLAN SELECT sys_id FROM typed WHERE i > 4 AND i < 5.5; --@ plan
SELECT sys_id FROM typed WHERE i > 4 AND i < 5.5 AND i >= 4.5 AND i <= 5;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE i = 5.0;
SELECT sys_id FROM typed WHERE i = 5.5;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE i IN (5, 5.5, 6, '5');
SELECT sys_id FROM typed WHERE i > -1.5 ORDER BY 1;
SELECT sys_id FROM typed WHERE i < -0.5;
SELECT sys_id FROM typed WHERE i = 9007199254740993;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE i = 9007199254740992;
SELECT sys_id FROM typed WHERE i > 9007199254740992;
SELECT sys_id FROM typed WHERE i > 9007199254740991;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE i >= 9007199254740992.0;
SELECT sys_id FROM typed WHERE i < -9007199254740992;
SELECT sys_id FROM typed WHERE i <= 1e300 AND i >= -9e999 ORDER BY 1;
SELECT sys_id FROM typed WHERE i IN (5, 9007199254740993) ORDER BY 1;

-- Text, bool, time.
EXPLAIN QUERY PLAN SELECT sys_id FROM typed WHERE s = 'plain' AND b = 1
  AND d >= '2026'; --@ plan
SELECT sys_id FROM typed WHERE s = 'plain' AND b = 1 AND d >= '2026';
SELECT sys_id FROM typed WHERE s = 'é"\`''
b';
SELECT sys_id FROM typed WHERE s IN ('', 'plain') ORDER BY 1;
SELECT sys_id FROM typed WHERE s REGEXP '^(pl|x)' ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE s = printf('%.*c', 1200, 'x');
SELECT sys_id FROM typed WHERE s = 'PLAIN' COLLATE NOCASE;
SELECT sys_id FROM typed WHERE b = 0;
SELECT sys_id FROM typed WHERE b IN (0, 2) OR b = 1 ORDER BY 1;
SELECT sys_id FROM typed WHERE d < '0001-01-02';
SELECT sys_id FROM typed WHERE d = '2026-01-01 00:00:00.001';

-- Series: the last value, or an aggregate.
EXPLAIN QUERY PLAN SELECT sys_id FROM typed WHERE last > 1 AND min >= 1
  AND max < 9 AND average > 0 AND variance > 0; --@ plan
SELECT sys_id FROM typed WHERE last > 1 AND min >= 1 AND max < 9
  AND average > 0 AND variance > 0;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE last > 1 ORDER BY 1;
SELECT sys_id FROM typed WHERE last = 9e999;
SELECT sys_id FROM typed WHERE last IS NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE last IS NOT NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE max IN (3, 4) ORDER BY 1;
SELECT sys_id FROM typed WHERE string = 'last';
SELECT sys_id FROM typed WHERE string REGEXP '"q"$';

-- What differs, is missing or is there.
SELECT sys_id FROM typed WHERE i <> 5 ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE i <> 5.5 ORDER BY 1;
SELECT sys_id FROM typed WHERE i IS NOT 5 ORDER BY 1;
SELECT sys_id FROM typed WHERE i IS NOT 5.5 ORDER BY 1;
SELECT sys_id FROM typed WHERE i <> 9007199254740993 ORDER BY 1;
SELECT sys_id FROM typed WHERE d <> '0001-01-01' ORDER BY 1;
SELECT sys_id FROM typed WHERE d <> '0001-01-01 00:00:00.000' ORDER BY 1;
SELECT sys_id FROM typed WHERE f <> 0.5 ORDER BY 1;
SELECT sys_id FROM typed WHERE f IS NOT 0.5 ORDER BY 1;
SELECT sys_id FROM typed WHERE b <> 2 ORDER BY 1;
SELECT sys_id FROM typed WHERE i IS NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE s IS NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE t IS NULL AND file IS NULL AND b IS NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE t IS NOT NULL AND file IS NOT NULL ORDER BY 1;
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id FROM typed WHERE max <> 3 ORDER BY 1;
SELECT sys_id FROM typed WHERE max IS NOT 3 ORDER BY 1;
SELECT sys_id FROM typed WHERE max IS NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE string <> 'last' ORDER BY 1;
SELECT sys_id FROM typed WHERE string IS NOT 'last' ORDER BY 1;
SELECT sys_id FROM typed WHERE string IS NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE string IS NOT NULL ORDER BY 1;
SELECT sys_id FROM typed WHERE string LIKE 'LA%' OR s GLOB 'x*' ORDER BY 1;

-- No rule, no operand, or a name that NQL cannot quote: local.
EXPLAIN QUERY PLAN SELECT sys_id FROM typed WHERE last_step > 1 AND tick = 4
  AND t = '[]' AND file > '' AND histogram > ''; --@ plan
SELECT sys_id FROM typed WHERE tick = 4;
SELECT sys_id FROM typed WHERE last_step > 1;
SELECT sys_id FROM typed WHERE t = '[]';
SELECT sys_id FROM typed WHERE histogram > '';

-- A bound parameter and a key of a join are no different.
SELECT t.sys_id FROM (VALUES (5), (5.5), ('5'), ('x'), (NULL)) AS v
JOIN typed AS t ON t.i = v.column1;
SELECT a.sys_id, b.sys_id FROM typed AS a JOIN typed AS b ON a.i = b.i
ORDER BY 1;
