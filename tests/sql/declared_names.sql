-- declared_names: any name of an attribute can be declared, read and asked for
--@ store odd

CREATE VIRTUAL TABLE names USING experiments(
  'with space' INT, 'it''s' INT, 'say "hi"' INT, 'back`quote' INT,
  "back\slash" INT, "[brackets]" INT, 'a, b) -- c /* d' INT, 'line
feed	tab' INT, größe/长さ INT, `select` INT, [100%] INT, 'a = ''b''' INT,
  case/name INT, 'case/Name 2' INT 'case/Name', "case/name 3" INT 'CASE/NAME',
  'the owner' INT 'owner', 'the nql' STRING 'nql', ' | columns ?1' INT);

SELECT "with space", "it's", "say ""hi""", "back`quote", "back\slash",
  "[brackets]", "a, b) -- c /* d", "line
feed	tab", "größe/长さ", "select", "100%", "a = 'b'"
FROM names WHERE sys_id = 'ODD-5';
SELECT "case/name", "case/Name 2", "case/name 3", "the owner", owner, "the nql",
  nql, " | columns ?1" FROM names WHERE sys_id = 'ODD-5';
EXPLAIN QUERY PLAN SELECT * FROM names WHERE "it's" = 2; --@ plan

-- Each of them in a condition.
SELECT count(*) FROM names WHERE "with space" = 1 AND "it's" = 2
  AND "say ""hi""" = 3 AND "back`quote" = 4 AND "back\slash" = 5
  AND "[brackets]" = 6 AND "a, b) -- c /* d" = 7 AND "line
feed	tab" = 8 AND "größe/长さ" = 9 AND "select" = 10 AND "100%" = 11
  AND "a = 'b'" = 12 AND "case/name" = 13 AND "case/Name 2" = 14
  AND "case/name 3" = 15 AND "the owner" = 16 AND "the nql" = 'not a query'
  AND " | columns ?1" = 17;
SELECT query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- A name of 1000 characters.
CREATE VIRTUAL TABLE long USING experiments(n INT 'nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn');
SELECT sys_id, n FROM long WHERE n = 18;
