-- create_table: neptune_create_table() declares a column for every attribute that matches
--@ store odd

SELECT neptune_create_table('sweep', 'experiments', '^(a|m)/');
SELECT method, path, query, rows, status FROM neptune_requests WHERE id > @since; --@ requests
SELECT name, type FROM pragma_table_info('sweep') WHERE cid > 15;
SELECT sys_id, "a/float", "a/int", "m/float", "m/string" FROM sweep ORDER BY 1;
SELECT sys_id FROM sweep WHERE "a/int" > 4 AND "m/float" > 1 ORDER BY 1;

-- The extended form: & and |, with ! for not.
SELECT neptune_create_table('extended', 'runs', '^a/ & !_ & !^a/[bd] | ^m/(float|file)$', 'odd/names');
SELECT neptune_create_table('negated', 'neptune_runs', ' ! [a-z] ');

-- Two types of one path, names that differ only in case or are the table's own.
SELECT neptune_create_table('conflicts', 'Experiments', '^conflict$ | ^(?i)case/ | ^(owner|nql)$');
SELECT sys_id, "conflict:float", "conflict:int", "conflict:string" FROM conflicts
WHERE sys_id < 'ODD-5' ORDER BY 1;
SELECT sys_id FROM conflicts WHERE "conflict:float" >= 7.5 OR "conflict:string" = '7'
ORDER BY 1;
SELECT "CASE/NAME", "case/Name_2", "case/name_3", owner_2, nql_2, owner
FROM conflicts WHERE sys_id = 'ODD-5';

-- Every name comes through, and stays in the file: opening it asks nothing.
SELECT length(neptune_create_table('all ""of'' them', 'experiments', ''));
SELECT count(*) FROM pragma_table_info('all ""of'' them');
SELECT count(*), count("with space"), count("it's"), count("say ""hi"""),
  count("back`quote"), count("line
feed	tab"), count("größe/长さ"), count("a, b) -- c /* d")
FROM "all """"of' them";
VACUUM INTO 'copy.db';
ATTACH 'copy.db' AS copy;
SELECT count(*) FROM pragma_table_info('all ""of'' them', 'copy');
SELECT query FROM neptune_requests WHERE id > @since; --@ requests
SELECT sys_id, "a = 'b'" FROM copy."all """"of' them" WHERE "a = 'b'" = 12;

-- What it refuses.
SELECT neptune_create_table('sweep', 'experiments', 'a/int'); --@ error
SELECT neptune_create_table('x', 'attributes', 'a/int'); --@ error
SELECT neptune_create_table('x', 'metric_points', 'a/int'); --@ error
SELECT neptune_create_table('x', 'experiments', 'no such attribute'); --@ error
SELECT neptune_create_table('x', 'experiments', 'a/int', 'odd/empty'); --@ error
SELECT neptune_create_table('x', 'experiments', 'a/int', 'odd/none'); --@ error
SELECT neptune_create_table('x', 'experiments', 'a/int', 'odd'); --@ error
SELECT neptune_create_table('x', 'experiments', 'a & (b | c'); --@ error
SELECT neptune_create_table('x', 'experiments', 'a & b) | c'); --@ error
SELECT neptune_create_table('', 'experiments', 'a'); --@ error
SELECT neptune_create_table(NULL, 'experiments', 'a'); --@ error
SELECT neptune_create_table('x', NULL, 'a'); --@ error
SELECT neptune_create_table('x', 'runs', NULL); --@ error
SELECT neptune_create_table('x', 'runs'); --@ error
CREATE TEMP VIEW v AS SELECT neptune_create_table('y', 'runs', 'a/int');
CREATE VIEW main_view AS SELECT neptune_create_table('x', 'runs', 'a/int');
SELECT * FROM main_view; --@ error
SELECT name FROM sqlite_schema WHERE name IN ('x', 'y');
