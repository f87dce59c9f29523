-- declared_many: as many columns as SQLite allows; a search asks for 1000 attributes at most
--@ server --synthetic runs=30,configs=1982,series=1,points=5
-- max_projection is 2 there: two thousand searches a page
--@ skip small-pages

-- More than 2000 columns are refused with the count.
SELECT neptune_create_table('too_many', 'experiments', '^config/'); --@ error
.limit column 30
CREATE VIRTUAL TABLE by_hand USING runs(a INT, b INT, c INT, d INT, e INT, f INT,
  g INT, h INT, i INT, j INT, k INT, l INT); --@ error
.limit column 2000

-- 1981 beside the table's own 19.
SELECT length(neptune_create_table('most', 'experiments', '^config/ & !^config/int_1$')) > 50000;
SELECT count(*), max(cid) FROM pragma_table_xinfo('most');

-- Every column beyond the 63rd counts as read when one of them is.
SELECT count(*), count("config/bool_3"), count("config/string_1922"),
  sum("config/int_1939" = a.value)
FROM most JOIN attributes AS a USING (sys_id) WHERE attribute = 'config/int_1939';
SELECT sys_id, "config/int_1939" FROM most
WHERE "config/int_1939" = (SELECT value FROM attributes WHERE sys_id = 'SYN-7'
  AND attribute = 'config/int_1939') AND sys_id = 'SYN-7';
SELECT path, query, rows FROM neptune_requests WHERE id > @since; --@ requests

-- One of the first is asked for alone.
SELECT count("config/bool_1005") FROM most;
SELECT rows, request_bytes < 300 FROM neptune_requests WHERE id > @since; --@ requests
EXPLAIN QUERY PLAN SELECT "config/bool_1005" FROM most WHERE "config/float_1980" > 2; --@ plan
