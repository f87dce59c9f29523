-- version_and_regexp: neptune_version() and regexp(), which REGEXP calls
--@ offline

SELECT neptune_version() REGEXP '^[0-9]+\.[0-9]+\.[0-9]+$' AS is_version;
SELECT neptune_version(1); --@ error

-- RE2, found anywhere in the text.
SELECT 'abc' REGEXP 'b', 'abc' REGEXP '^b', 'abc' REGEXP '^abc$',
  regexp('B', 'abc'), regexp('(?i)B', 'abc'), 'abc' NOT REGEXP 'x';
SELECT 'metrics/val/acc' REGEXP '^metrics/(val|test)/', 'a.c' REGEXP 'a\.c',
  'axc' REGEXP 'a\.c', '' REGEXP '', 'x' REGEXP '', '' REGEXP '.';
SELECT 'zoë' REGEXP '^zo.$', 'Ä' REGEXP '(?i)ä', 'a
b' REGEXP 'a.b', 'a
b' REGEXP '(?s)a.b', '٣' REGEXP '\d', '٣' REGEXP '\pN';
SELECT 12 REGEXP '^12$', 1.5 REGEXP '\.', '5' REGEXP 5;

-- NULL in, NULL out.
SELECT NULL REGEXP 'a', 'a' REGEXP NULL, NULL REGEXP NULL;

SELECT 'a' REGEXP '('; --@ error
SELECT 'aa' REGEXP '(a)\1'; --@ error
SELECT 'a' REGEXP 'a(?=b)'; --@ error
SELECT regexp('a'); --@ error

-- A pattern from a column may change from row to row.
WITH t(pattern) AS (VALUES ('^a'), ('b$'), ('c'))
SELECT pattern, 'ab' REGEXP pattern FROM t;
